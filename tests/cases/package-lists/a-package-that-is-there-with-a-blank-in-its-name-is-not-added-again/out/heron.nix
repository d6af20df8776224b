{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    git
    pkgs .llama-cpp-vulkan
  ];
  hardware.graphics.enable = true;
}
