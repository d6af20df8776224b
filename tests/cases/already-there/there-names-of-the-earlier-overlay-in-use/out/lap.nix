{
  imports = [ ./machines/lap-llama-cpp.nix ];

  networking.hostName = "lap";
  system.stateVersion = "25.11";
}
