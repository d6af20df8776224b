{
  networking.hostName = "one";
}
