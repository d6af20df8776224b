{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp.url = "github:someone/dotfiles";
  };

  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [ ./heron.nix ]; };
  };
}
