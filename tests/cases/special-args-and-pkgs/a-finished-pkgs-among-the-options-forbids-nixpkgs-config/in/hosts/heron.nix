{ pkgs, ... }:
{
  nixpkgs.pkgs = import ../pkgs.nix;
  services.openssh.enable = true;
}
