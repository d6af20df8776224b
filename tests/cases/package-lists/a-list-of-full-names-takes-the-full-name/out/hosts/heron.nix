{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.git pkgs.htop pkgs.llama-cpp-vulkan ];
  hardware.graphics.enable = true;
}
