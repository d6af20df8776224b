{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    mine.url = "github:jane/modules";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, mine, llama-cpp }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = (with mine.nixosModules; [ llama-cpp desk ]) ++ [
        ./heron.nix
        (import ./machines/heron-llama-cpp.nix llama-cpp)
      ];
    };
  };
}
