{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-src = {
      url = "github:ggml-org/llama.cpp/b9000";
      flake = false;
    };
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, llama-src, llama-cpp }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./heron.nix
        { _module.args = { inherit llama-src; }; }
        (import ./machines/heron-llama-cpp.nix llama-cpp)
      ];
    };
  };
}
