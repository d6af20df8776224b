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
      mkSystem =
        {
          hostname,
          system ? "x86_64-linux",
          extraModules ? [ ],
        }:
        nixpkgs.lib.nixosSystem {
          inherit system;
          specialArgs = { inherit inputs; };
          modules = [ ./hosts/${hostname}/configuration.nix ] ++ extraModules;
        };
    in
    {
      nixosConfigurations = {
        heron = mkSystem {
          hostname = "heron";
          extraModules = [ ./machines/heron-llama-cpp.nix ];
        };
        wren = mkSystem {
          hostname = "wren";
          system = "aarch64-linux";
          extraModules = [
            ./hosts/wren/pi.nix
            ./machines/wren-llama-cpp.nix
          ];
        };
      };
    };
}
