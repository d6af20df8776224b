{ pkgs, ... }:
{
  home.username = "bob";
  home.homeDirectory = "/home/bob";
  home.stateVersion = "25.11";
  home.packages = with pkgs; [ htop ];
}
