{ ... }:
{
  systemd.services.llama-cpp.serviceConfig.Nice = 5;
  networking.hostName = "heron";

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
