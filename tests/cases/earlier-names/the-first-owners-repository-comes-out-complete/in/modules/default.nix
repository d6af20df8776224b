{ config, lib, pkgs, ... }:
let
  cfg = config.tp.ai;
in
{
  options.tp.ai = {
    enable = lib.mkEnableOption "a local language model";
    package = lib.mkOption {
      type = lib.types.package;
      default = pkgs.llama-cpu;
    };
  };

  config = lib.mkIf cfg.enable {
    environment.systemPackages = [ pkgs.llama-vulkan-tuned ];
    systemd.services.llama.serviceConfig.ExecStart = "${cfg.package}/bin/llama-server --port 8080";
  };
}
