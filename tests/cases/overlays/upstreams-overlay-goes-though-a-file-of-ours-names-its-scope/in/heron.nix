{ inputs, ... }:
{
  nixpkgs.overlays = [ inputs.llama-cpp.overlays.default ];
  networking.hostName = "heron";

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
