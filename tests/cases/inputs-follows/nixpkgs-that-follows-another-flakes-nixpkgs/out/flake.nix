{
  inputs = {
    base.url = "github:jane/base";
    nixpkgs.follows = "base/nixpkgs";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { nixpkgs, ... }@inputs: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./heron.nix ./gpu.nix (import ./machines/heron-llama-cpp.nix inputs.llama-cpp) ];
    };
  };
}
