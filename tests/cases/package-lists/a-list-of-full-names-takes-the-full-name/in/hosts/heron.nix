{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.git pkgs.htop ];
}
