{ pkgs, ... }:
{
  imports = [
    ./users.nix
  ];
  nixpkgs.overlays = [ (import ./overlays/fonts.nix) ];
}
