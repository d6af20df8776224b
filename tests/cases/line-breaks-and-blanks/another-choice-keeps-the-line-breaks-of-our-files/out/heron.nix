{ ... }:
{
  networking.hostName = "heron";

  llama.variant = "cuda";
  hardware.graphics.enable = true;

  llama.cuda.capabilities = [ "8.6" ];

  # NVIDIA's driver
  nixpkgs.config.allowUnfree = true;

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];

  hardware.nvidia.open = true;
}
