{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, llama-cpp, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      modules = [
        ./heron.nix
        ../nixos/modules/llama-cpp.nix
        (import ./machines/heron-llama-cpp.nix llama-cpp)
      ];
    };
  };
}
