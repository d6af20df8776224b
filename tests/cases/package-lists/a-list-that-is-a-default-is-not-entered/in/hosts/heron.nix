{ lib, pkgs, ... }:
{
  environment.systemPackages = lib.mkDefault [ pkgs.hello ];
}
