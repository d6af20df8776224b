{ ... }: { imports = [ ./machines/box-llama-cpp.nix ]; }
