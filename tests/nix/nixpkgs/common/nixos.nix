# nixosSystem, with the options of NixOS that llama.cpp and its drivers have to do with.
{ lib, path }:
{
  modules,
  system ? null,
  specialArgs ? { },
  pkgs ? null,
}:
let
  inherit (lib) mkOption types;
  givenPkgs = pkgs;
  release = import (path + "/release.nix");

  flag =
    default:
    mkOption {
      type = types.bool;
      inherit default;
    };
  any =
    default:
    mkOption {
      type = types.anything;
      inherit default;
    };
  list =
    type: default:
    mkOption {
      type = types.listOf type;
      inherit default;
    };

  nixos =
    {
      config,
      options,
      pkgs,
      ...
    }:
    let
      nvidia = lib.elem "nvidia" config.services.xserver.videoDrivers;
    in
    {
      _file = "nixos.nix";
      options = {
        assertions = list types.raw [ ];
        warnings = list types.str [ ];
        environment.systemPackages = list types.package [ ];
        boot.kernelPackages = mkOption { type = types.raw; };
        hardware.graphics.enable = flag false;
        hardware.nvidia = {
          open = mkOption {
            type = types.nullOr types.bool;
            default = null;
          };
          package = mkOption {
            type = types.package;
            default =
              config.boot.kernelPackages.nvidiaPackages.${config.hardware.nvidia.branch or "stable"};
          };
          modesetting.enable = flag true;
        }
        // lib.optionalAttrs (release.nvidiaBranch or false) {
          branch = mkOption {
            type = types.str;
            default = "stable";
          };
        };
        networking.hostName = mkOption {
          type = types.str;
          default = "nixos";
        };
        nix.settings = any { };
        nixpkgs = {
          config = mkOption {
            type = types.nixpkgsConfig;
            default = { };
          };
          overlays = list (types.raw // { check = lib.isFunction; }) [ ];
          hostPlatform = mkOption { type = types.str; };
          pkgs = mkOption { type = types.raw; };
        };
        services.xserver.videoDrivers = list types.str [
          "modesetting"
          "fbdev"
        ];
        services.openssh.enable = flag false;
        systemd.services = any { };
        users.users = any { };
        system.build.toplevel = mkOption { type = types.raw; };
        system.stateVersion = mkOption {
          type = types.str;
          default = "25.05";
        };
      };

      config = {
        _module.args.pkgs = lib.mkOptionDefault (
          if options.nixpkgs.pkgs.isDefined then
            config.nixpkgs.pkgs.appendOverlays config.nixpkgs.overlays
          else
            import path {
              system = config.nixpkgs.hostPlatform;
              inherit (config.nixpkgs) config overlays;
            }
        );
        boot.kernelPackages = lib.mkDefault pkgs.linuxPackages;
        assertions = [
          {
            assertion = options.nixpkgs.pkgs.isDefined -> config.nixpkgs.config == { };
            message = "Your system configures nixpkgs with an externally created instance; `nixpkgs.config` is ignored.";
          }
          {
            assertion = nvidia -> config.hardware.nvidia.open != null;
            message = "You must configure `hardware.nvidia.open` on NVIDIA driver versions >= 560.";
          }
        ];
        system.build.toplevel =
          let
            failed = lib.filter (a: !a.assertion) config.assertions;
          in
          if failed != [ ] then
            throw "Failed assertions: ${lib.concatMapStringsSep "; " (a: a.message) failed}"
          else
            pkgs.stdenv.mkDerivation {
              name = "nixos-system-${config.networking.hostName}";
              driver = lib.optional nvidia config.hardware.nvidia.package;
              inherit (config.environment) systemPackages;
              inherit (config) nix systemd users;
              inherit (config.hardware) graphics;
              inherit (config.services) xserver;
            };
      };
    };
  given = {
    _file = "nixosSystem";
    config = lib.mkMerge [
      (lib.mkIf (system != null) { nixpkgs.hostPlatform = lib.mkDefault system; })
      (lib.mkIf (givenPkgs != null) { nixpkgs.pkgs = givenPkgs; })
    ];
  };

  withPkgs =
    configuration:
    configuration
    // {
      inherit (configuration._module.args) pkgs;
      extendModules = args: withPkgs (configuration.extendModules args);
    };
in
withPkgs (
  lib.evalModules {
    inherit specialArgs;
    modules = [
      nixos
      (./services + "/${release.llamaService}.nix")
      given
    ]
    ++ modules;
  }
)
