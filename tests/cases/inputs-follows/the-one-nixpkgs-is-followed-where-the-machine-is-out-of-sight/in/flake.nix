{
  inputs = {
    unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
    utils.url = "github:numtide/flake-utils";
  };

  outputs = { self, ... }@inputs: {
    nixosConfigurations.heron = import ./heron.nix inputs;
  };
}
