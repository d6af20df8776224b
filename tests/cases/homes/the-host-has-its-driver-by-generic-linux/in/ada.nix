{ pkgs, ... }:
{
  home.username = "ada";
  home.homeDirectory = "/home/ada";
  home.stateVersion = "25.11";
  targets.genericLinux.enable = true;
  home.packages = with pkgs; [ htop ];
}
