{ pkgs, ... }:
{
  nixpkgs.pkgs = import ../pkgs.nix;
  services.openssh.enable = true;

  llama.variant = "cuda";

  hardware = {
    graphics.enable = true;
    nvidia.open = true;
  };

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];
}
