{ pkgs, ... }:
{
  nixpkgs.overlays = [
    (import ../overlays/fonts.nix)
  ];
  services.openssh.enable = true;
}
