{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };
  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations = {
      one = nixpkgs.lib.nixosSystem { modules = [
        ./one.nix
        (import ./machines/one-llama-cpp.nix inputs.llama-cpp)
      ]; };
    };
    nixosConfigurations = {
      two = nixpkgs.lib.nixosSystem { modules = [ ./two.nix ]; };
    };
  };
}
