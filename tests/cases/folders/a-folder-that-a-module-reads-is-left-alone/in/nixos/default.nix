{ lib, ... }:
let
  all = builtins.attrNames (builtins.readDir ./modules);
in
{
  imports = map (name: ./modules + "/${name}") (builtins.filter (lib.hasSuffix ".nix") all);
}
