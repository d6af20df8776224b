{ networking.hostName = "box"; imports = [ ../machines/box-llama-cpp.nix ]; }
