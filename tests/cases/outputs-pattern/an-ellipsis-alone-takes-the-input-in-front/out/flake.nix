{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };
  outputs = { llama-cpp, ... }: {
    nixosConfigurations.heron = ((import <nixpkgs/nixos/lib/eval-config.nix>) {
      system = "x86_64-linux";
      modules = [ ./heron.nix ];
    }).extendModules {
      modules = [ (import ./machines/heron-llama-cpp.nix llama-cpp) ];
    };
  };
}
