{
  imports = [ ./machines/carbon-llama-cpp.nix ];

  services.openssh.enable = true;
}
