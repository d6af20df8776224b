{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.hello ];

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
