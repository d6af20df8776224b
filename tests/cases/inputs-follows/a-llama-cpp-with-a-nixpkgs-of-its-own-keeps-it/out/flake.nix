{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs = {
        nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";
      };
    };
  };

  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [
      ./heron.nix
      (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
    ]; };
  };
}
