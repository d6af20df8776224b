{ pkgs, ... }:
{
  imports = [ ../common.nix ];
  services.openssh.enable = true;
}
