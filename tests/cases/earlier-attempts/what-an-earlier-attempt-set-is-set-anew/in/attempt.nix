{ pkgs, ... }:
{
  hardware.graphics.enable = true;
  environment.systemPackages = [ (pkgs.llama-cpp.override { vulkanSupport = true; }) ];
}
