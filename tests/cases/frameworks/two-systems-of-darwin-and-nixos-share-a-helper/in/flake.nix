{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    darwin.url = "github:nix-darwin/nix-darwin";
    darwin.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, darwin }@inputs:
    let
      mkSystem = { name, system, user, darwin ? false }:
        let
          systemFunc = if darwin then inputs.darwin.lib.darwinSystem else nixpkgs.lib.nixosSystem;
        in
        systemFunc {
          inherit system;
          modules = [
            ./machines/${name}.nix
            ./users/${user}/os.nix
          ];
        };
    in
    {
      nixosConfigurations.heron = mkSystem { name = "heron"; system = "x86_64-linux"; user = "jane"; };
      darwinConfigurations.swift = mkSystem {
        name = "swift";
        system = "aarch64-darwin";
        user = "jane";
        darwin = true;
      };
    };
}
