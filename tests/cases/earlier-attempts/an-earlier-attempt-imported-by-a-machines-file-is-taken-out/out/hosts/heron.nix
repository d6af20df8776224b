{ pkgs, ... }:
{
  imports = [
    ./hardware.nix
  ];
  services.openssh.enable = true;
}
