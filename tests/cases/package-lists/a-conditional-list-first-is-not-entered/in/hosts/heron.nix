{ pkgs, lib, config, ... }:
{
  environment.systemPackages =
    lib.optionals config.services.xserver.enable [ pkgs.firefox ]
    ++ [ pkgs.git ];
}
