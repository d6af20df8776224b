{ pkgs, ... }:
rec {
  networking.hostName = "heron";
  networking.domain = "example.org";

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
