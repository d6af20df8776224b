{ pkgs, ... }:

{
  nixpkgs.overlays = [
    (final: prev: { mine = prev.hello; })
  ];
  environment.systemPackages = [ pkgs.mine ];

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
