{ pkgs, ... }:
{
  hardware.cpu.intel.updateMicrocode = true;
  hardware.graphics.extraPackages = [ pkgs.intel-vaapi-driver ];
  networking.hostName = "heron";

  hardware.graphics.enable = true;
  hardware.nvidia.open = true;

  llama.variant = "cuda";

  # NVIDIA's driver
  nixpkgs.config.allowUnfree = true;

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];
}
