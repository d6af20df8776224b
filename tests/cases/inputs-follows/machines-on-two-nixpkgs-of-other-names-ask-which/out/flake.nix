{
  inputs = {
    stable.url = "github:NixOS/nixpkgs/nixos-25.05";
    unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "unstable";
    };
  };

  outputs = { self, ... }@inputs: {
    nixosConfigurations.heron = inputs.unstable.lib.nixosSystem { modules = [
      ./heron.nix
      (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
    ]; };
    nixosConfigurations.wren = inputs.stable.lib.nixosSystem { modules = [
      ./wren.nix
      (import ./machines/wren-llama-cpp.nix inputs.llama-cpp)
    ]; };
  };
}
