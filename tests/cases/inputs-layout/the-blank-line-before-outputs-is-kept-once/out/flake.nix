{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  inputs.impermanence.url = "github:nix-community/impermanence";

  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  # Everything that runs at home.
  outputs = { nixpkgs, impermanence, llama-cpp, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./heron.nix
        impermanence.nixosModules.impermanence
        (import ./machines/heron-llama-cpp.nix llama-cpp)
      ];
    };
  };
}
