{ config, ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  networking.hostName = "heron";
  networking.domain = config.networking.hostName;

  hardware.graphics.enable = true;
}
