{
  imports = [ ./machines/lap-llama-cpp.nix ];

  system.stateVersion = "25.11";
}
