{ pkgs, ... }:
{
  nixpkgs.overlays = [
    (import ../overlays/fonts.nix)
  ];
  services.openssh.enable = true;

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
