{ ... }:
{
  systemd.services.llama-cpp.serviceConfig.Nice = 5;
  networking.hostName = "heron";

  llama.variant = "cpu";
  hardware.graphics.enable = true;
}
