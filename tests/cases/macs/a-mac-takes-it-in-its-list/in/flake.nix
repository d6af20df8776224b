{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    nix-darwin.url = "github:nix-darwin/nix-darwin";
    nix-darwin.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { self, nixpkgs, nix-darwin }:
    {
      darwinConfigurations.air = nix-darwin.lib.darwinSystem {
        system = "aarch64-darwin";
        modules = [ ./air.nix ];
      };
    };
}
