{ pkgs, ... }:
{
  environment.systemPackages = [
    pkgs.llama-cpp
    pkgs.git
  ];
  hardware.graphics.enable = true;
}
