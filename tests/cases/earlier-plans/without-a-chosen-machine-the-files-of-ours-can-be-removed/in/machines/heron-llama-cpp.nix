# llama.cpp on the machine heron.
# Made with Llamafleet: style module; heron vulkan.
# To change it, give Llamafleet this repository again and choose anew: it replaces what it wrote.
{
  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
