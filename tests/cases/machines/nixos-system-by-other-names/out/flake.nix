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
      inherit (nixpkgs.lib) nixosSystem;
      mk = nixpkgs.lib.nixosSystem;
    in
    with nixpkgs.lib;
    {
      nixosConfigurations.heron = nixosSystem {
        system = "x86_64-linux";
        modules = [
          ./heron.nix
          (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
        ];
      };
      nixosConfigurations.wren = mk {
        system = "x86_64-linux";
        modules = [
          ./wren.nix
          (import ./machines/wren-llama-cpp.nix inputs.llama-cpp)
        ];
      };
    };
}
