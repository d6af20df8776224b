{ config, pkgs, lib, ... }: {
  imports = [ ./machines/nova-llama-cpp.nix ];

  networking.hostName = "nova";
  fileSystems."/".device = "/dev/nvme0n1p2";
  users.users.alice = { isNormalUser = true; extraGroups = [ "wheel" ]; };
  
  system.stateVersion = "25.05";
}
