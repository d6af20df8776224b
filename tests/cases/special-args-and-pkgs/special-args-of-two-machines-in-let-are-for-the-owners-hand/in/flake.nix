{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      pkgs = import nixpkgs { system = "x86_64-linux"; };
      shared = { inherit inputs pkgs; };
    in
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = shared;
        modules = [
          ./hosts/heron.nix
        ];
      };
      nixosConfigurations.wren = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = shared;
        modules = [
          ./hosts/wren.nix
        ];
      };
    };
}
