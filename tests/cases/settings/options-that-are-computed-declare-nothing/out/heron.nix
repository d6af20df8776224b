{ ... }:
{
  networking.domain = "home";

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
