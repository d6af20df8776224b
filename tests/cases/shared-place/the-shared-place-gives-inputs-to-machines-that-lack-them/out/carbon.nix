{ pkgs, ... }:

{
  imports = [ ./common.nix ];
  environment.systemPackages = [ pkgs.git ];

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
