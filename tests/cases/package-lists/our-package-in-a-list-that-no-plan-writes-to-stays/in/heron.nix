{ lib, pkgs, ... }:
{
  virtualisation.extraPackages = [ pkgs.llama-cpp-vulkan ];
  networking.hostName = "heron";

  environment.systemPackages = [ pkgs.llama-cpp-vulkan ];
  hardware.graphics.enable = true;
}
