{ pkgs, ... }:
{
  services = {
    openssh.enable = true;
    # loads the kernel module, with or without X
    xserver.videoDrivers = [ "nvidia" ];
  };
  hardware = {
    bluetooth.enable = true;
    graphics.enable = true;
    nvidia.open = true;
  };

  llama.variant = "cuda";

  # NVIDIA's driver
  nixpkgs.config.allowUnfree = true;
}
