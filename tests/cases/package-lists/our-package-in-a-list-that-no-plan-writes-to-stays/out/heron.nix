{ lib, pkgs, ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  virtualisation.extraPackages = [ pkgs.llama-cpp-vulkan ];
  networking.hostName = "heron";

  hardware.graphics.enable = true;
}
