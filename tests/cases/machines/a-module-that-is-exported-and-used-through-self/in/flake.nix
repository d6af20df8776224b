{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs, ... }:
    {
      nixosModules.base = ./base.nix;
      overlays.default = final: prev: { };

      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        modules = [
          self.nixosModules.base
          { nixpkgs.overlays = [ self.overlays.default ]; }
          { nixpkgs.hostPlatform = "x86_64-linux"; }
        ];
      };
    };
}
