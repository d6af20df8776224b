{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      host = module: nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ module ];
      };
    in
    {
      nixosConfigurations.heron = (nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = let inputs = [ ./heron.nix ]; in inputs;
      }).extendModules {
        modules = [ (import ./machines/heron-llama-cpp.nix inputs.llama-cpp) ];
      };
      nixosConfigurations.egret = (let inputs = ./egret.nix; in host inputs).extendModules {
        modules = [ (import ./machines/egret-llama-cpp.nix inputs.llama-cpp) ];
      };
    };
}
