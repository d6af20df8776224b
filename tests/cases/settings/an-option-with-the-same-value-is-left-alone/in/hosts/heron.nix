{ pkgs, lib, ... }:
{
  hardware.graphics = {
    enable = true;
  };
}
