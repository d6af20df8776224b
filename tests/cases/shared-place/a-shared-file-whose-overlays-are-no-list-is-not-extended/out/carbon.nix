{ pkgs, ... }:

{
  imports = [ ./common.nix ];
  environment.systemPackages = [
    pkgs.git
    pkgs.llama-cpp-vulkan
  ];
  hardware.graphics.enable = true;
}
