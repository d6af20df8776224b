# The fleet's systems, those that run llama.cpp extended by it.
# Made with Llamafleet: style module; heron vulkan.
llama-cpp: hosts: hosts // { }
