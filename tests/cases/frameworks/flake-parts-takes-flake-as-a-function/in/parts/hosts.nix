{ inputs, ... }:
{
  flake =
    { config, lib, ... }:
    let
      host =
        name:
        inputs.nixpkgs.lib.nixosSystem {
          specialArgs = { inherit inputs; };
          modules = [ (../hosts + "/${name}.nix") ];
        };
    in
    {
      names = [
        "heron"
        "robin"
      ];
      nixosConfigurations = lib.genAttrs config.names host;
    };
}
