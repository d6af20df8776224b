{ pkgs, lib, ... }:
{
  time.timeZone = "Europe/Berlin";
  nixpkgs.config.allowUnfreePredicate = pkg: builtins.elem (lib.getName pkg) [
    "steam"
    "discord"
    "nvidia-x11"
    "nvidia-settings"
  ];
  environment.systemPackages = [ pkgs.steam ];
}
