{ pkgs, lib, config, ... }:
{
  environment.systemPackages =
    (with pkgs; [
      git
    ])
    ++ lib.optionals config.services.xserver.enable [
      pkgs.firefox
    ];
}
