{ pkgs, ... }:
{
  home.packages = with pkgs; [ bat llama-cpp ];
}
