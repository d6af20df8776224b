# llama.cpp on the machine heron.
# Made with Llamafleet. To change it, give Llamafleet this repository again and choose anew: it
# replaces what it wrote.
llama-cpp:
{ lib, ... }:
{
  imports = [ ../nixos/modules/llama-cpp.nix ];

  llama = {
    flake = llama-cpp;
    variant = "cuda";
  };

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
