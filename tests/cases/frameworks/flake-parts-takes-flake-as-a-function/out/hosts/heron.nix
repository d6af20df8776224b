{
  imports = [ ../machines/heron-llama-cpp.nix ];

  system.stateVersion = "25.11";
}
