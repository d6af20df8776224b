# llama.cpp on the machine wren.
# Made with Llamafleet: style module; wren cpu.
# To change it, give Llamafleet this repository again and choose anew: it replaces what it wrote.
{
  llama.variant = "cpu";
}
