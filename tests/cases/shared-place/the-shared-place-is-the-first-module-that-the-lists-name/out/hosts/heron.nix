{ pkgs, ... }:
{
  imports = [ ../common.nix ];
  services.openssh.enable = true;

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
