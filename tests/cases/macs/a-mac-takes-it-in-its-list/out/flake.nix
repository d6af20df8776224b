{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    nix-darwin.url = "github:nix-darwin/nix-darwin";
    nix-darwin.inputs.nixpkgs.follows = "nixpkgs";
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { self, nixpkgs, nix-darwin, llama-cpp }:
    {
      darwinConfigurations.air = nix-darwin.lib.darwinSystem {
        system = "aarch64-darwin";
        modules = [
          ./air.nix
          (import ./machines/darwin-air-llama-cpp.nix llama-cpp)
        ];
      };
    };
}
