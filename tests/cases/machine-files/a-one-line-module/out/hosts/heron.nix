{ pkgs, ... }: { networking.hostName = "heron"; imports = [ ../machines/heron-llama-cpp.nix ]; }
