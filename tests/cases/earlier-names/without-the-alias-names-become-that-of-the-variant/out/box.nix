{ pkgs, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  nixpkgs.hostPlatform = "x86_64-linux";
  environment.systemPackages = [ pkgs.llama-cpp-vulkan ];
}
