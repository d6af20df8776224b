# What heron sets for its llama.cpp.
# Made with Llamafleet: heron vulkan.
{ ... }:
{
  hardware.graphics.enable = true;
}
