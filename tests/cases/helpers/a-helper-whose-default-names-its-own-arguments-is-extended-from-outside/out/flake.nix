{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      base = ./base.nix;
      mkHost =
        {
          name,
          modules ? [ base ],
        }:
        nixpkgs.lib.nixosSystem {
          specialArgs = { inherit inputs; };
          modules = [ { networking.hostName = name; } ] ++ modules;
        };
    in
    {
      nixosConfigurations = {
        carbon = (mkHost { name = "carbon"; }).extendModules {
          modules = [ ./machines/carbon-llama-cpp.nix ];
        };
        heron = mkHost { name = "heron"; };
      };
    };
}
