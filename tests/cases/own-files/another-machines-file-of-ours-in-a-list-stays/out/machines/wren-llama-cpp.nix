# llama.cpp on the machine wren.
# Made with Llamafleet. To change it, give Llamafleet this repository again and choose anew: it
# replaces what it wrote.
llama-cpp: {
  imports = [ ../nixos/modules/llama-cpp.nix ];

  llama = {
    flake = llama-cpp;
    variant = "cpu";
  };
}
