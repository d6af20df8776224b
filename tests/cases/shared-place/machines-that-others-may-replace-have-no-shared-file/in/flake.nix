{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs =
    { nixpkgs, ... }@inputs:
    let
      machine =
        name:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          specialArgs = { inherit inputs; };
          modules = [
            ./common.nix
            ./${name}.nix
          ];
        };
    in
    {
      nixosConfigurations = {
        heron = machine "heron";
        owl = machine "owl";
      }
      // import ./more.nix inputs;
    };
}
