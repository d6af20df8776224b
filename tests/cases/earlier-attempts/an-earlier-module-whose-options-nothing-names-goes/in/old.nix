{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.my.llama;
in
{
  options.my = {
    llama = {
      enable = lib.mkEnableOption "llama.cpp";
      threads = lib.mkOption { default = 4; };
    };
  };

  config = lib.mkIf cfg.enable {
    environment.systemPackages = [ pkgs.llama-cpp ];
  };
}
