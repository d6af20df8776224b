# A small nixpkgs: a package set as a fixed point with overlays, configured by `config`.
# `release` says what differs between nixpkgs' releases, `path` where this one is.
{ release, path }:
{
  system ? null,
  localSystem ? { inherit system; },
  config ? { },
  overlays ? [ ],
}:
let
  lib = import ../lib;
  platform = import ./platform.nix (localSystem.system or localSystem);
  givenConfig = config;

  base =
    pkgs:
    {
      inherit lib path overlays;
      config = {
        allowUnfree = false;
        allowBroken = false;
        cudaSupport = false;
        rocmSupport = false;
        cudaCapabilities = [ ];
      }
      // givenConfig;
      callPackage = pkgs.newScope { };
      newScope = scope: lib.callPackageWith (pkgs // scope);
      appendOverlays =
        more:
        import path {
          inherit localSystem;
          config = givenConfig;
          overlays = overlays ++ more;
        };
      extend = overlay: pkgs.appendOverlays [ overlay ];
      stdenv = pkgs.callPackage ./stdenv.nix { inherit platform; };
      inherit (pkgs.stdenv) hostPlatform;
    }
    // import ./packages.nix { inherit lib release; } pkgs;
in
lib.fix (builtins.foldl' (set: overlay: lib.extends overlay set) base overlays)
