{
  imports = [ ../../../machines/alpha-llama-cpp.nix ];

  networking.hostName = "alpha";
}
