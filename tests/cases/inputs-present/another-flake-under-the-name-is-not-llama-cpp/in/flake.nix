{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    llama-cpp.url = "github:ggml-org/llama.cpp";
  };

  outputs = { self, nixpkgs, ... }@inputs:
    {
      nixosConfigurations = import ./hosts.nix { inherit nixpkgs; llama-cpp = inputs.home-manager; };
    };
}
