{ pkgs, lib, ... }:
{
  time.timeZone = "Europe/Berlin";
  nixpkgs.config.allowUnfreePredicate = pkg: builtins.elem (lib.getName pkg) [ "steam" "discord" ];
  environment.systemPackages = [ pkgs.steam ];
}
