{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs =
    { nixpkgs, ... }@inputs:
    let
      file = name: ./. + ("/" + name);
      specialArgs = { inherit inputs; };
    in
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        inherit specialArgs;
        modules = [
          ./heron.nix
          ./old.nix
        ];
      };
      nixosConfigurations.owl = nixpkgs.lib.nixosSystem {
        inherit specialArgs;
        modules = [ (file "old.nix") ];
      };
    };
}
