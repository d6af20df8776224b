{ hostname, pkgs, ... }:
{
  networking.hostName = "ml-box";
  fileSystems."/".device = "/dev/sda";
  system.stateVersion = "25.11";
}
