{ pkgs, ... }:
{
  imports = [
    ./hardware.nix
  ];
  services.openssh.enable = true;

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
