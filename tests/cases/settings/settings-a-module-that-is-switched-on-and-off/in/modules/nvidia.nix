{ config, lib, ... }:
let
  cfg = config.my.nvidia;
in
{
  options.my.nvidia.enable = lib.mkEnableOption "NVIDIA";
  config = lib.mkIf cfg.enable {
    services.xserver.videoDrivers = [ "nvidia" ];
    hardware.nvidia.open = false;
    hardware.graphics.enable = true;
    nixpkgs.config.allowUnfree = true;
  };
}
