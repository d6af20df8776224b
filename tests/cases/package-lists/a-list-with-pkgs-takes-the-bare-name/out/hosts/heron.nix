{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    git
    htop
    llama-cpp-vulkan
  ];
  hardware.graphics.enable = true;
}
