{ inputs, lib, config, ... }:
{
  options.fleet = lib.mkOption { type = lib.types.attrsOf lib.types.deferredModule; };

  config.flake.nixosConfigurations = lib.mapAttrs (
    _: module:
    inputs.nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs; };
      modules = [ module ];
    }
  ) config.fleet;
}
