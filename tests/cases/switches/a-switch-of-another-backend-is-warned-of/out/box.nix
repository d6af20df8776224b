{ ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  networking.hostName = "box";
}
