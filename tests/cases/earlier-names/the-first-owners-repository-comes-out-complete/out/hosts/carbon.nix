{ pkgs, ... }:
{
  imports = [ ../machines/carbon-llama-cpp.nix ];

  networking.hostName = "carbon";
  nixpkgs.hostPlatform = "x86_64-linux";
  tp.ai.enable = true;
  environment.systemPackages = with pkgs; [
    llama-cpp
    greeting
  ];
}
