{ lib, pkgs, ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  services.xserver.videoDrivers = [ "nvidia" ];
  networking.hostName = "heron";

  hardware.graphics.enable = true;
}
