# The fleet's systems, those that run llama.cpp extended by it.
# Made with Llamafleet: style module; heron cuda.
# To change it, give Llamafleet this repository again and choose anew: it replaces what it wrote.
llama-cpp: hosts:
hosts
// {
  heron = hosts.heron.extendModules {
    modules = [
      (import ../modules/llama-cpp.nix llama-cpp)
      ../../machines/heron-llama-cpp.nix
    ];
  };
}
