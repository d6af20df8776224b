{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [ llama-cpp-vulkan ];
  hardware.graphics.enable = true;
}
