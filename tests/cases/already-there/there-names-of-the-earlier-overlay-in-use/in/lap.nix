{
  networking.hostName = "lap";
  system.stateVersion = "25.11";
}
