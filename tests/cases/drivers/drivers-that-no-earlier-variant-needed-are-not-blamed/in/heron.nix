{ lib, pkgs, ... }:
{
  services.xserver.videoDrivers = [ "nvidia" ];
  networking.hostName = "heron";

  environment.systemPackages = [ pkgs.llama-cpp-vulkan ];
  hardware.graphics.enable = true;
}
