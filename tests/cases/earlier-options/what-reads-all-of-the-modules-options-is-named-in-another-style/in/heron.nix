{ config, ... }:
{
  networking.hostName = "heron";
  networking.domain = builtins.toJSON config.llama;

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
