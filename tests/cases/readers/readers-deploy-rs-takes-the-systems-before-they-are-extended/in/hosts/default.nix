{ config, inputs, lib, ... }:
{
  flake.nixosConfigurations = lib.genAttrs [ "alpha" "beta" ] (name:
    inputs.nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs; };
      modules = [ (./. + "/${name}.nix") ];
    });

  flake.deploy.nodes = lib.mapAttrs (hostname: system: {
    inherit hostname;
    profiles.system.path = inputs.deploy-rs.lib.x86_64-linux.activate.nixos system;
  }) config.flake.nixosConfigurations;
}
