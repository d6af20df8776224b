{ pkgs, ... }:
{
  imports = [ ./machines/lap-llama-cpp.nix ];

  networking.hostName = "lap";
  nixpkgs.hostPlatform = "x86_64-linux";
  system.stateVersion = "25.11";
}
