{ config, lib, pkgs, ... }:
{
  imports = [ ./machines/gpu-box-llama-cpp.nix ];

  networking.hostName = "gpu-box";
  networking.firewall.allowedTCPPorts = [ 22 ];
  environment.systemPackages = with pkgs; [ git ];
  system.stateVersion = "24.11";
}
