{ pkgs, ... }:
{
  environment.systemPackages = [
    pkgs.hello
    pkgs.llama-cpp-vulkan
  ];
  hardware.graphics.enable = true;
}
