{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp.url = "github:ggml-org/llama.cpp";
  };

  outputs = { self, nixpkgs, llama-cpp }: {
    nixosConfigurations = {
      heron = nixpkgs.lib.nixosSystem {
        specialArgs = { inputs = { inherit nixpkgs llama-cpp; }; };
        modules = [ ./heron.nix ];
      };
      egret = nixpkgs.lib.nixosSystem {
        specialArgs.inputs = self.inputs // { root = ./.; };
        modules = [ ./egret.nix ];
      };
    };
  };
}
