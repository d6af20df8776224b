{
  networking.hostName = "two";
}
