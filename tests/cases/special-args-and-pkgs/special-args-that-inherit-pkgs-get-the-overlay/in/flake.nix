{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      pkgs = nixpkgs.legacyPackages.x86_64-linux;
    in
    {
      nixosConfigurations = {
        carbon = nixpkgs.lib.nixosSystem {
          specialArgs = { inherit inputs pkgs; };
          modules = [ ./carbon.nix ];
        };
        heron = nixpkgs.lib.nixosSystem {
          specialArgs = {
            inherit inputs;
            inherit (nixpkgs.legacyPackages.x86_64-linux) pkgs;
          };
          modules = [ ./heron.nix ];
        };
      };
    };
}
