{ config, lib, pkgs, ... }:
{
  options.my.desk = lib.mkEnableOption "the desk";

  config = {
    services.openssh.enable = true;
  };
}
