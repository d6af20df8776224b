{ config, lib, pkgs, ... }:

{
  imports = [
    ./atlas-hardware.nix
    ../machines/atlas-llama-cpp.nix
  ];

  networking.hostName = "atlas";
  boot.loader.systemd-boot.enable = true;

  environment.systemPackages = with pkgs; [
    git
    vim
  ];

  system.stateVersion = "25.05";

  hardware.graphics.enable = true;
}
