{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      hosts = import ./hosts.nix inputs;
    in
    {
      nixosConfigurations = import ./nixos/llama-cpp/machines.nix inputs.llama-cpp hosts;
    };
}
