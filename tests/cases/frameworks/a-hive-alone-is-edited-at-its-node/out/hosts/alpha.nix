{
  networking.hostName = "alpha";
  llama.variant = "cpu";
}
