# What heron sets for its llama.cpp.
# Made with Llamafleet: style module; heron vulkan.
{ ... }:
{
  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
