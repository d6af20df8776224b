{ pkgs, ... }:
{
  imports = [ ../machines/boron-llama-cpp.nix ];

  networking.hostName = "boron";
  nixpkgs.hostPlatform = "x86_64-linux";
  tp.ai = {
    enable = true;
    package = pkgs.llama-cpp;
  };
}
