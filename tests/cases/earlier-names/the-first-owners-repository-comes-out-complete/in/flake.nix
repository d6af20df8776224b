{
  description = "two machines, one helper";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp/b9400";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { self, nixpkgs, ... }@inputs:
    let
      inherit (nixpkgs) lib;
      llamaOverlay = import ./overlays/llama.nix { inherit inputs lib; };
      base = [
        llamaOverlay
        (final: prev: { greeting = prev.hello; })
      ];
      mkSystem =
        {
          hostname,
          overlays ? base,
          extraModules ? [ ],
        }:
        lib.nixosSystem {
          specialArgs = { inherit inputs; };
          modules = [
            { nixpkgs.overlays = overlays; }
            ./modules
            ./hosts/${hostname}.nix
          ]
          ++ extraModules;
        };
    in
    {
      nixosConfigurations = {
        boron = mkSystem { hostname = "boron"; };
        carbon = mkSystem { hostname = "carbon"; };
      };
    };
}
