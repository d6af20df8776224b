{
  networking.hostName = "one";
  llama.variant = "cpu";
}
