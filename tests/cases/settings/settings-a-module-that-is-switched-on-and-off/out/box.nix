{
  imports = [ ./machines/box-llama-cpp.nix ];

  my.nvidia.enable = true;
  system.stateVersion = "25.11";
}
