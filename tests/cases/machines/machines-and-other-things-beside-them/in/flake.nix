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
      system = "x86_64-linux";
      kestrel = nixpkgs.lib.nixosSystem { inherit system; modules = [ ./kestrel.nix ]; };
      note = "nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [ ]; };";
    in
    {
      nixosConfigurations = {
        inherit system kestrel;
        heron = nixpkgs.lib.nixosSystem {
          inherit system;
          modules = [
            ./heron.nix
          ];
        };
      };
      packages.${system}.note = nixpkgs.legacyPackages.${system}.writeText "note" note;
    };
}
