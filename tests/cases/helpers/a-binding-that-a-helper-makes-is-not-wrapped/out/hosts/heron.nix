{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.ripgrep ];

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
