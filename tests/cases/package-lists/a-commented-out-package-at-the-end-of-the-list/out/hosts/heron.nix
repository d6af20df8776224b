{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    git
    # llama-cpp
    # htop
    llama-cpp-vulkan
  ];
  hardware.graphics.enable = true;
}
