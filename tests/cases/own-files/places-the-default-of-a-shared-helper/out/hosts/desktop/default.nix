{
  imports = [ ../../machines/desktop-llama-cpp.nix ];

  networking.hostName = "desktop";
}
