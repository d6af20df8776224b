{ config, lib, pkgs, ... }:
{
  networking.hostName = "gpu-box";
  networking.firewall.allowedTCPPorts = [ 22 ];
  environment.systemPackages = with pkgs; [ git ];
  system.stateVersion = "24.11";
}
