{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      args = {
        inherit inputs;
        pkgs = nixpkgs.legacyPackages.x86_64-linux;
      };
    in
    {
      nixosConfigurations = {
        carbon = nixpkgs.lib.nixosSystem {
          specialArgs = args;
          modules = [ ./carbon.nix ];
        };
        heron = nixpkgs.lib.nixosSystem {
          specialArgs = args;
          modules = [ ./heron.nix ];
        };
      };
    };
}
