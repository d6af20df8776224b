{
  networking.hostName = "laptop";
}
