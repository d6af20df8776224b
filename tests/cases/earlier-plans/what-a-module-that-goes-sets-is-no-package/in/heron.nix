{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.systemd ];
}
