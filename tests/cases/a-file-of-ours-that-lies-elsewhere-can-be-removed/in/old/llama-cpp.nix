# Made with Llamafleet: heron vulkan.
{ ... }:
{
  hardware.graphics.enable = true;
}
