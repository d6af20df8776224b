{ lib, pkgs, ... }:
{
  virtualisation.extraPackages = [ pkgs.llama-cpp-vulkan ];
  networking.hostName = "heron";

  environment.systemPackages = [
    pkgs.llama-cpp-cuda
  ];
  hardware.graphics.enable = true;

  # NVIDIA's driver
  nixpkgs.config.allowUnfree = true;

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];

  hardware.nvidia.open = true;
}
