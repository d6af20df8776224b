{ pkgs, ... }:
{
  home.username = "ada";
  home.homeDirectory = "/home/ada";
  home.stateVersion = "25.11";
  home.packages = with pkgs; [ htop ];
}
