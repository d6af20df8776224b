{ pkgs, lib, config, ... }:
lib.mkMerge [
  {
    environment.systemPackages = [ pkgs.git ];
  }
  (lib.mkIf config.services.xserver.enable {
    environment.systemPackages = [ pkgs.firefox ];
  })
]
