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
      mkHost = import ./lib/mk-host.nix { inherit inputs nixpkgs; };
    in
    {
      nixosConfigurations.heron = (mkHost { name = "heron"; gpu = true; }).extendModules {
        modules = [ ./machines/heron-llama-cpp.nix ];
      };
      nixosConfigurations.wren = mkHost { name = "wren"; };
    };
}
