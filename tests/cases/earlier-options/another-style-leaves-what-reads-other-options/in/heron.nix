{ config, ... }:
{
  networking.hostName = "heron";
  networking.domain = config.networking.hostName;

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
