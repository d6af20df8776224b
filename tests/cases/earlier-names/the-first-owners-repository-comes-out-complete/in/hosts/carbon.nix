{ pkgs, ... }:
{
  networking.hostName = "carbon";
  nixpkgs.hostPlatform = "x86_64-linux";
  tp.ai.enable = true;
  environment.systemPackages = with pkgs; [
    llama-cpu
    llama-vulkan-tuned
    greeting
  ];
}
