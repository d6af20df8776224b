{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp/b9000";
      flake = false;
    };
    llama-cpp-flake = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, llama-cpp, llama-cpp-flake }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./heron.nix
        { _module.args = { inherit llama-cpp; }; }
        (import ./machines/heron-llama-cpp.nix llama-cpp-flake)
      ];
    };
  };
}
