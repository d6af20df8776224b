{ services.openssh.enable = true; imports = [ ./nixos/modules/llama-cpp.nix ]; }
