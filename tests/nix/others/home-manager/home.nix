# homeManagerConfiguration, with the options of Home Manager that llama.cpp has to do with.
#
# As in Home Manager (lib/eval-config.nix, modules/misc/nixpkgs.nix) the packages are made anew of those that are given,
# with what modules say in nixpkgs.config and nixpkgs.overlays; what is undeclared is an error.
{
  pkgs,
  lib ? pkgs.lib,
  modules ? [ ],
  extraSpecialArgs ? { },
}:
let
  inherit (lib) mkOption types;
  given = pkgs;

  option =
    type: default:
    mkOption {
      inherit type default;
    };

  home =
    { config, pkgs, ... }:
    {
      _file = "home-manager";
      options = {
        assertions = option (types.listOf types.raw) [ ];
        warnings = option (types.listOf types.str) [ ];
        home = {
          username = mkOption { type = types.str; };
          homeDirectory = mkOption { type = types.path; };
          stateVersion = mkOption { type = types.str; };
          packages = option (types.listOf types.package) [ ];
          activationPackage = mkOption { type = types.package; };
        };
        nixpkgs = {
          config = option (types.nullOr types.nixpkgsConfig) null;
          overlays = option (types.nullOr (types.listOf (types.raw // { check = lib.isFunction; }))) null;
        };
        programs = option types.anything { };
        systemd.user.services = option (types.attrsOf (types.attrsOf (types.attrsOf types.anything))) { };
        launchd.agents = option (types.attrsOf types.anything) { };
        targets.genericLinux = option types.anything { };
      };
      config = {
        _module.args.pkgs = import given.path {
          inherit (given.stdenv.hostPlatform) system;
          inherit (config.nixpkgs) config overlays;
        };
        home.activationPackage =
          let
            failed = lib.filter (a: !a.assertion) config.assertions;
          in
          if failed != [ ] then
            throw "Failed assertions: ${lib.concatMapStringsSep "; " (a: a.message) failed}"
          else
            pkgs.stdenv.mkDerivation {
              name = "home-manager-generation";
              inherit (config.home) username packages;
              inherit (config) systemd launchd;
            };
      };
    };

  ofGiven = {
    _file = "homeManagerConfiguration";
    nixpkgs = {
      config = lib.mkDefault given.config;
      inherit (given) overlays;
    };
  };

  withExtras =
    configuration:
    configuration
    // {
      inherit (configuration.config.home) activationPackage;
      inherit (configuration._module.args) pkgs;
      extendModules = args: withExtras (configuration.extendModules args);
    };
in
withExtras (
  lib.evalModules {
    modules = modules ++ [
      ofGiven
      home
    ];
    specialArgs = extraSpecialArgs;
  }
)
