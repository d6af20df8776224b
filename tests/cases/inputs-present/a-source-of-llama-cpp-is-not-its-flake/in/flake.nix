{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-src = {
      url = "github:ggml-org/llama.cpp/b9000";
      flake = false;
    };
  };

  outputs = { self, nixpkgs, llama-src }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./heron.nix
        { _module.args = { inherit llama-src; }; }
      ];
    };
  };
}
