{
  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
