{ pkgs, config, lib, options, ... }:
{
  services.openssh.enable = true;

  hardware.graphics.enable = true;
}
