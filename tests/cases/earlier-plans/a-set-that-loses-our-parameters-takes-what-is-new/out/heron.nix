{ lib, pkgs, ... }:
{
  networking.hostName = "heron";

  nixpkgs = {
    # NVIDIA's driver
    config.allowUnfree = true;
  };

  hardware.graphics.enable = true;

  llama = {
    variant = "cuda";
    cuda.capabilities = [ "8.6" ];
  };

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];

  hardware.nvidia.open = true;
}
