{ pkgs, ... }:
{
  hardware = rec {
    bluetooth.enable = true;
    bluetooth.powerOnBoot = bluetooth.enable;
  };
}
