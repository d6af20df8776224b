{ ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  systemd.services.llama-cpp.serviceConfig.Nice = 5;
  networking.hostName = "heron";

  hardware.graphics.enable = true;
}
