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
      host = import ./lib/host.nix nixpkgs;
    in
    {
      nixosConfigurations.heron = (host "heron").extendModules {
        modules = [ ./quirks.nix ];
      };
    };
}
