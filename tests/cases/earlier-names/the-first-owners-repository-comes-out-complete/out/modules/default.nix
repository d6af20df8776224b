{ config, lib, pkgs, ... }:
let
  cfg = config.tp.ai;
in
{
  options.tp.ai = {
    enable = lib.mkEnableOption "a local language model";
    package = lib.mkOption {
      type = lib.types.package;
      default = pkgs.llama-cpp;
    };
  };

  config = lib.mkIf cfg.enable {
    environment.systemPackages = [ pkgs.llama-cpp ];
    systemd.services.llama.serviceConfig.ExecStart = "${cfg.package}/bin/llama-server --port 8080";
  };
}
