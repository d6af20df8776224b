{
  my.nvidia.enable = true;
  system.stateVersion = "25.11";
}
