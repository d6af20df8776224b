{ config, pkgs, ... }:
{
  networking.hostName = "heron";
  networking.domain = config.networking.hostName;

  hardware.graphics.enable = true;
  environment.systemPackages = [ pkgs.llama-cpp-vulkan ];
}
