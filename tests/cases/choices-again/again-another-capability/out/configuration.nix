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
}
