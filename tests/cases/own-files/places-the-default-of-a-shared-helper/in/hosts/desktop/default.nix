{
  networking.hostName = "desktop";
}
