{ config, ... }:
{
  environment.etc.variant.text = config.llama.variant;

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
