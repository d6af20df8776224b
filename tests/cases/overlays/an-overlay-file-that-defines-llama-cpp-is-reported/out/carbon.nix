{
  nixpkgs.overlays = [
    (import ./overlays/llama.nix)
    (import ./overlays/mine.nix)
  ];

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
