{ ... }: {
  imports = [ ./machines/heron-llama-cpp.nix ];
}
