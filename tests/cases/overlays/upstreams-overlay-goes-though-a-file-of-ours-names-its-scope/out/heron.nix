{ inputs, ... }:
{
  nixpkgs.overlays = [ ];
  networking.hostName = "heron";

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
