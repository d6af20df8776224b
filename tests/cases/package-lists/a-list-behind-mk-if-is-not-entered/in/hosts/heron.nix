{ pkgs, lib, config, ... }:
{
  environment.systemPackages = lib.mkIf config.services.xserver.enable [ pkgs.firefox ];
}
