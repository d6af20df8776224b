{ lib, pkgs, ... }:
{
  networking.hostName = "heron";

  nixpkgs = {
    # what the shared overlay is to build here; it reads it, so this one comes first
    overlays = lib.mkBefore [
      (_final: _prev: {
        llamaCppMachine = {
          variant = "cuda";
          cudaCapabilities = [ "8.6" ];
        };
      })
    ];
    # NVIDIA's driver
    config.allowUnfree = true;
  };

  environment.systemPackages = [ pkgs.llama-cpp-cuda ];

  hardware = {
    graphics.enable = true;
    nvidia.open = true;
  };

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];
}
