{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-old.url = "github:ggml-org/llama.cpp/b4000";
    llama-cpp.url = "github:ggml-org/llama.cpp";
  };

  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [ ./heron.nix ]; };
  };
}
