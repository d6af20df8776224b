{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = (args: {
    nixosConfigurations.heron = args.nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./heron.nix
        (import ./machines/heron-llama-cpp.nix args.llama-cpp)
      ];
    };
  });
}
