{ pkgs, ... }:
{
  services.openssh.enable = true;

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
