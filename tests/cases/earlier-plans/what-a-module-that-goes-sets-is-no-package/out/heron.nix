{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.systemd ];

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
