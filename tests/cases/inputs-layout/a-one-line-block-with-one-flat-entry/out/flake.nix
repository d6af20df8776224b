{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };
  outputs = inputs: {
    nixosConfigurations.heron = inputs.nixpkgs.lib.nixosSystem {
      modules = [
        ./heron.nix
        ./machines/heron-llama-cpp.nix
      ];
      specialArgs = { inherit inputs; };
    };
  };
}
