{ config, pkgs, ... }:
{
  networking.hostName = "heron";

  hardware.graphics.enable = true;
  environment.systemPackages = [ pkgs.llama-cpp-vulkan ];
}
