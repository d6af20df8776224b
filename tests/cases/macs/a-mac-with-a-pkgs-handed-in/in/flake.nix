{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    nix-darwin.url = "github:nix-darwin/nix-darwin";
    nix-darwin.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, nix-darwin, ... }@inputs:
    {
      darwinConfigurations.air = nix-darwin.lib.darwinSystem {
        # a finished set of packages
        pkgs =
          nixpkgs.legacyPackages.x86_64-darwin;
        modules = [ ./air.nix ];
      };
    };
}
