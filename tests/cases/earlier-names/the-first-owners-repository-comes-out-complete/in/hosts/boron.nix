{ pkgs, ... }:
{
  networking.hostName = "boron";
  nixpkgs.hostPlatform = "x86_64-linux";
  tp.ai = {
    enable = true;
    package = pkgs.llama-vulkan-tuned;
  };
}
