{ hostname, pkgs, ... }:
{
  networking.hostName = "arm";
  fileSystems."/".device = "/dev/sda";
  system.stateVersion = "25.11";
}
