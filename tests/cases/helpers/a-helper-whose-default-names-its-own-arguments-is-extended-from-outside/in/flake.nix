{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      base = ./base.nix;
      mkHost =
        {
          name,
          modules ? [ base ],
        }:
        nixpkgs.lib.nixosSystem {
          specialArgs = { inherit inputs; };
          modules = [ { networking.hostName = name; } ] ++ modules;
        };
    in
    {
      nixosConfigurations = {
        carbon = mkHost { name = "carbon"; };
        heron = mkHost { name = "heron"; };
      };
    };
}
