# What a release's flake gives: lib with nixosSystem, and the packages.
path: _inputs:
let
  lib = import ../lib;
  evalConfig = import ./nixos.nix { inherit lib path; };
  systems = [
    "x86_64-linux"
    "aarch64-linux"
    "aarch64-darwin"
    "x86_64-darwin"
  ];
in
{
  lib = lib // {
    nixosSystem = evalConfig;
  };
  legacyPackages = lib.genAttrs systems (system: import path { inherit system; });
}
