{ pkgs, config, ... }:
{
  networking.hostName = "heron";

  hardware.graphics.enable = true;
}
