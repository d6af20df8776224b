{ pkgs, inputs, ... }:
{
  home.packages = [
  ];
}
