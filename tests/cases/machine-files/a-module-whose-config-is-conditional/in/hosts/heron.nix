{ config, lib, pkgs, ... }:
{
  options.my.desk = lib.mkEnableOption "the desk";

  config = lib.mkIf config.my.desk {
    services.openssh.enable = true;
  };
}
