{ hostname, pkgs, ... }:
{
  networking.hostName = "web-1";
  fileSystems."/".device = "/dev/sda";
  system.stateVersion = "25.11";
}
