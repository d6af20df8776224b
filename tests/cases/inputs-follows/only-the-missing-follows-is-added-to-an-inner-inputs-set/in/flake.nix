{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    flake-parts.url = "github:hercules-ci/flake-parts";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs = {
        flake-parts.follows = "flake-parts";
      };
    };
  };

  outputs = { self, nixpkgs, llama-cpp, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./configuration.nix ];
    };
  };
}
