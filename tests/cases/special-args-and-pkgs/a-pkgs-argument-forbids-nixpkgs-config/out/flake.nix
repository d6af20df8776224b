{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      system = "x86_64-linux";
      pkgs = import nixpkgs {
        inherit system;
        overlays = [ ];
      };
    in
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        inherit system pkgs;
        modules = [
          ./heron.nix
          (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
        ];
      };
    };
}
