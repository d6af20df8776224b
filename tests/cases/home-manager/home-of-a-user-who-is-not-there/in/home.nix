{ config, pkgs, ... }:
{
  home.username = "alice";
  home.homeDirectory = "/home/alice";
  home.packages = with pkgs; [
    ripgrep
    fd
  ];
  programs.git.enable = true;
  home.stateVersion = "25.05";
}
