{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, llama-cpp }: {
    nixosConfigurations = {
      heron = nixpkgs.lib.nixosSystem {
        specialArgs = { inputs = { inherit nixpkgs llama-cpp; }; };
        modules = [
          ./heron.nix
          ./machines/heron-llama-cpp.nix
        ];
      };
      egret = nixpkgs.lib.nixosSystem {
        specialArgs.inputs = self.inputs // { root = ./.; };
        modules = [
          ./egret.nix
          ./machines/egret-llama-cpp.nix
        ];
      };
    };
  };
}
