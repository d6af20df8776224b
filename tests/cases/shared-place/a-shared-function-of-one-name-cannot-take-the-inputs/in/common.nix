args: { services.openssh.enable = true; }
