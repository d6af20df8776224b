{
  outputs = { self, nixpkgs, llama-cpp, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./heron.nix
        (import ./nixos/modules/llama-cpp.nix llama-cpp)
        ./machines/heron-llama-cpp.nix
      ];
    };
  };

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };
}
