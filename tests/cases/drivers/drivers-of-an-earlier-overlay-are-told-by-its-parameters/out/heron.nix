{ ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  networking.hostName = "heron";
}
