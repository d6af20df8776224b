{ pkgs, ... }:

{
  environment.systemPackages = [
    pkgs.git
    pkgs.llama-cpp-vulkan
  ];
  hardware.graphics.enable = true;
}
