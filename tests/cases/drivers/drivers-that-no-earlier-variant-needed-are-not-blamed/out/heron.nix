{ lib, pkgs, ... }:
{
  services.xserver.videoDrivers = [ "nvidia" ];
  networking.hostName = "heron";

  environment.systemPackages = [
    pkgs.llama-cpp-cpu
  ];
  hardware.graphics.enable = true;
}
