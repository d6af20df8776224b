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
      mkHost = name: modules: nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs name; };
        modules = [ ./common.nix ./hosts/${name} ] ++ modules;
      };
    in
    {
      nixosConfigurations = {
        heron = mkHost "heron" [ ./gpu.nix ./machines/heron-llama-cpp.nix ];
        wren = mkHost "wren" [ ./machines/wren-llama-cpp.nix ];
      };
    };
}
