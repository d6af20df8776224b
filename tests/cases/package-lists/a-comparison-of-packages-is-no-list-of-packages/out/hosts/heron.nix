{ config, pkgs, ... }:
{
  site.hasOtherPackages = [ pkgs.llama-cpp-cuda ] != config.environment.systemPackages;
  environment.systemPackages = [
    pkgs.hello
    pkgs.llama-cpp-vulkan
  ];
  hardware.graphics.enable = true;
}
