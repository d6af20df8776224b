{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs =
    { nixpkgs, ... }@inputs:
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs; pkgs = nixpkgs.legacyPackages.x86_64-linux; };
        modules = [
          ./common.nix
          ./hosts/heron.nix
        ];
      };
      nixosConfigurations.wren = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs; };
        modules = [
          ./common.nix
          ./hosts/wren.nix
        ];
      };
    };
}
