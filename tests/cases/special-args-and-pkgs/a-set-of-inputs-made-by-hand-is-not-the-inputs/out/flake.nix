{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, ... }@all: {
    nixosConfigurations = {
      heron = nixpkgs.lib.nixosSystem {
        specialArgs = { inputs = { inherit self nixpkgs; }; };
        modules = [
          ./heron.nix
          (import ./machines/heron-llama-cpp.nix all.llama-cpp)
        ];
      };
      egret = nixpkgs.lib.nixosSystem {
        specialArgs.inputs = nixpkgs.lib.filterAttrs (name: _: name != "self") all;
        modules = [
          ./egret.nix
          (import ./machines/egret-llama-cpp.nix all.llama-cpp)
        ];
      };
    };
  };
}
