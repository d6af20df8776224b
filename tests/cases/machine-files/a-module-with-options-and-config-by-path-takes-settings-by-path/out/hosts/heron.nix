{ lib, pkgs, ... }:
{
  options.site.name = lib.mkOption { type = lib.types.str; };
  config.services.openssh.enable = true;

  config.environment.systemPackages = [ pkgs.llama-cpp-vulkan ];
  config.hardware.graphics.enable = true;
}
