{ pkgs, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  networking.hostName = "box";
  system.stateVersion = "25.11";
}
