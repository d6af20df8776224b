{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }@inputs:
    let
      heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          ./heron.nix
        ];
      };
      nixosConfigurations = { inherit heron; };
    in
    {
      inherit nixosConfigurations;
    };
}
