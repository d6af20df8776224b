{ inputs, pkgs, ... }:

{
  nixpkgs.overlays = [ ];
  environment.systemPackages = [ pkgs.git ];

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
