{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.hello ];

  hardware.graphics.enable = true;
}
