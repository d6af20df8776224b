# darwinSystem, with the options of nix-darwin that llama.cpp has to do with.
#
# As in nix-darwin (flake.nix, modules/nix/nixpkgs.nix) a `pkgs` that is given takes the place of the one that
# nixpkgs.overlays would make; what is undeclared is an error.
nixpkgs:
{
  modules,
  system ? null,
  pkgs ? null,
  specialArgs ? { },
}:
let
  inherit (nixpkgs) lib;
  inherit (lib) mkOption types;
  given = pkgs;

  option =
    type: default:
    mkOption {
      inherit type default;
    };

  mac =
    { config, pkgs, ... }:
    {
      _file = "nix-darwin";
      options = {
        assertions = option (types.listOf types.raw) [ ];
        warnings = option (types.listOf types.str) [ ];
        environment.systemPackages = option (types.listOf types.package) [ ];
        nixpkgs = {
          config = option types.nixpkgsConfig { };
          overlays = option (types.listOf (types.raw // { check = lib.isFunction; })) [ ];
          hostPlatform = mkOption { type = types.str; };
        };
        networking.hostName = option (types.nullOr types.str) null;
        launchd.agents = option (types.attrsOf types.anything) { };
        nix.settings = option types.anything { };
        system.stateVersion = option types.int 6;
        system.build.toplevel = mkOption { type = types.package; };
      };
      config = {
        _module.args.pkgs = lib.mkDefault (
          import nixpkgs {
            system = config.nixpkgs.hostPlatform;
            inherit (config.nixpkgs) config overlays;
          }
        );
        system.build.toplevel =
          let
            failed = lib.filter (a: !a.assertion) config.assertions;
          in
          if failed != [ ] then
            throw "Failed assertions: ${lib.concatMapStringsSep "; " (a: a.message) failed}"
          else
            pkgs.stdenv.mkDerivation {
              name = "darwin-system";
              inherit (config.environment) systemPackages;
              inherit (config) launchd nix;
            };
      };
    };

  ofGiven = {
    _file = "darwinSystem";
    config = lib.mkMerge [
      (lib.mkIf (system != null) { nixpkgs.hostPlatform = lib.mkDefault system; })
      (lib.mkIf (given != null) { _module.args.pkgs = lib.mkForce given; })
    ];
  };

  withExtras =
    configuration:
    configuration
    // {
      inherit (configuration._module.args) pkgs;
      system = configuration.config.system.build.toplevel;
      extendModules = args: withExtras (configuration.extendModules args);
    };
in
withExtras (
  lib.evalModules {
    modules = modules ++ [
      mac
      ofGiven
    ];
    inherit specialArgs;
  }
)
