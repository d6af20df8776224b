{ pkgs, ... }:

{
  environment.systemPackages = [ pkgs.git ];

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
