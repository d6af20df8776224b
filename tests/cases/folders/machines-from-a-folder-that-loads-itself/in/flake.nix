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
      names = builtins.attrNames (builtins.readDir ./machines);
    in
    {
      nixosConfigurations = nixpkgs.lib.genAttrs names (name:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [ (./machines + "/${name}") ];
        });
    };
}
