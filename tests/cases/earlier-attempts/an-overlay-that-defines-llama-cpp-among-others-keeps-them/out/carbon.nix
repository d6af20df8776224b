{ pkgs, ... }:

{
  nixpkgs.overlays = [
    (
      final: prev:
      let
        version = "1.0";
      in
      {
        mine = prev.hello;
      }
    )
  ];

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
