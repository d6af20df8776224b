{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    git
    llama-cpp
  ];
  hardware.graphics.enable = true;
}
