{ pkgs, ... }:
{

imports = [ ./machines/alpha-llama-cpp.nix ];

security.rtkit.enable = true;

  networking.hostName = "alpha";

  system.stateVersion = "25.11";
}
