{ lib, ... }:
{
  networking.hostName = "heron";
  llama.variant = "cuda";

  # NVIDIA's driver
  nixpkgs.config.allowUnfree = true;

  hardware = {
    graphics.enable = true;
    # gives way to a choice of your own
    nvidia.open = lib.mkOverride 900 true;
  };

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];
}
