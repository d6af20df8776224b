{
  inputs = {
    "nixpkgs".url = "github:NixOS/nixpkgs/nixos-24.11";
    "nixos-24.11".url = "github:NixOS/nixpkgs/nixos-24.11";
    "llama-cpp".url = "github:ggml-org/llama.cpp";
    "llama-cpp".inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      specialArgs = { inherit inputs; };
      modules = [
        ./configuration.nix
        ./machines/heron-llama-cpp.nix
      ];
    };
  };
}
