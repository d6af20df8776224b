{ pkgs, ... }:
{
  home.packages = with pkgs; [ bat ];
}
