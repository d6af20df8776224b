{ pkgs, lib, ... }:
{
  hardware.graphics = {
    enable = true;
  };
  llama.variant = "vulkan";
}
