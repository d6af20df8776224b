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
      names = builtins.attrNames (builtins.readDir ./machines);
    in
    {
      nixosConfigurations = import ./nixos/llama-cpp/machines.nix inputs.llama-cpp (nixpkgs.lib.genAttrs names (name:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [ (./machines + "/${name}") ];
        }));
    };
}
