{ pkgs, ... }:
{
  services.openssh.enable = true;

  hardware.graphics.enable = true;
}
