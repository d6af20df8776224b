{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.llama-cpp-vulkan ];
  hardware.graphics.enable = true;
}
