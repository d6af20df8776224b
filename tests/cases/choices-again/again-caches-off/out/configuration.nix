{ config, pkgs, lib, ... }:
{
  imports = [
    ./common.nix
    ./machines/box-llama-cpp.nix
  ];
  networking.hostName = "box";
  fileSystems."/".device = "/dev/sda1";
  nixpkgs.hostPlatform = "x86_64-linux";
  environment.systemPackages = with pkgs; [ vim ];
  system.stateVersion = "25.11";

  # NVIDIA's driver
  nixpkgs.config.allowUnfree = true;

  hardware = {
    graphics.enable = true;
    nvidia.open = true;
  };

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];

  nix.settings = {
    extra-substituters = [ "https://cache.nixos-cuda.org" ];
    extra-trusted-public-keys = [
      "cache.nixos-cuda.org:74DUi4Ye579gUqzH4ziL9IyiJBlDpMRn9MBN8oNan9M="
    ];
  };
}
