{ pkgs, lib, ... }:
{
  services.openssh.enable = true;

  llama.variant = "cuda";
  hardware.graphics.enable = true;

  # NVIDIA's driver
  nixpkgs.config.allowUnfree = true;

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];

  # gives way to a choice of your own
  hardware.nvidia.open = lib.mkOverride 900 true;
}
