# What wren sets for its llama.cpp.
# Made with Llamafleet: style module; wren cpu.
{ ... }:
{
  llama.variant = "cpu";
}
