{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    darwin.url = "github:nix-darwin/nix-darwin";
    darwin.inputs.nixpkgs.follows = "nixpkgs";
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, darwin, llama-cpp }@inputs:
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
      nixosConfigurations.heron = (mkSystem { name = "heron"; system = "x86_64-linux"; user = "jane"; }).extendModules {
        modules = [ (import ./machines/heron-llama-cpp.nix inputs.llama-cpp) ];
      };
      darwinConfigurations.swift = mkSystem {
        name = "swift";
        system = "aarch64-darwin";
        user = "jane";
        darwin = true;
      };
    };
}
