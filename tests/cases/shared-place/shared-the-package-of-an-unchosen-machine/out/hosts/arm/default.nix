{ hostname, pkgs, ... }:
{
  imports = [ ../../machines/arm-llama-cpp.nix ];

  networking.hostName = "arm";
  fileSystems."/".device = "/dev/sda";
  system.stateVersion = "25.11";
}
