{ pkgs, ... }:
{
  services.openssh.enable = true;

  llama = {
    variant = "cuda";
    cuda.capabilities = [ "8.6" ];
  };

  # NVIDIA's driver
  nixpkgs.config.allowUnfree = true;

  hardware = {
    graphics.enable = true;
    nvidia.open = true;
  };

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];
}
