{ inputs, ... }:
{
  flake.nixosConfigurations.alpha = inputs.nixpkgs.lib.nixosSystem {
    modules = [ { networking.hostName = "alpha"; } ];
  };
}
