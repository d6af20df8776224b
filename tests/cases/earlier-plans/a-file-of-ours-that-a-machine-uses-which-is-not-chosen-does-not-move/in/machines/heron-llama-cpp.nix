# llama.cpp on the machine heron.
# Made with Llamafleet: style module; heron cpu.
# To change it, give Llamafleet this repository again and choose anew: it replaces what it wrote.
{
  llama.variant = "cpu";
}
