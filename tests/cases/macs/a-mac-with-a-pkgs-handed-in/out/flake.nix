{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    nix-darwin.url = "github:nix-darwin/nix-darwin";
    nix-darwin.inputs.nixpkgs.follows = "nixpkgs";
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, nix-darwin, ... }@inputs:
    {
      darwinConfigurations.air = nix-darwin.lib.darwinSystem {
        # a finished set of packages
        pkgs =
          nixpkgs.legacyPackages.x86_64-darwin.extend (import ./nixos/overlays/llama-cpp.nix {
            inherit (inputs) llama-cpp;
            variant = "cpu";
          });
        modules = [
          ./air.nix
          (import ./machines/darwin-air-llama-cpp.nix inputs.llama-cpp)
        ];
      };
    };
}
