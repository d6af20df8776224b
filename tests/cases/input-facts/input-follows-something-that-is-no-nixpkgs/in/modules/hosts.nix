{ lib, self, ... }:
{
  flake.nixosConfigurations.alpha = lib.nixosSystem {
    modules = [ self.nixosModules.alpha ];
  };
  flake.nixosModules.alpha = {
    networking.hostName = "alpha";
  };
}
