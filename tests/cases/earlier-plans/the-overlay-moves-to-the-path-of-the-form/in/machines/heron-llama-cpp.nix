# llama.cpp on the machine heron.
# Made with Llamafleet: style overlay; heron cpu.
# To change it, give Llamafleet this repository again and choose anew: it replaces what it wrote.
{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.llama-cpp-cpu ];
}
