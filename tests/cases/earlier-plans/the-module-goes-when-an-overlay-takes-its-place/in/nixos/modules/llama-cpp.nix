# A NixOS module: `llama.variant = "…";` gives a machine its llama.cpp.
# Made with Llamafleet: style module; heron vulkan.
llama-cpp: { ... }: { }
