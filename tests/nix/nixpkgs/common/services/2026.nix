# services.llama-cpp of 26.05: the model may be left out.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.llama-cpp;
in
{
  options.services.llama-cpp = {
    enable = lib.mkEnableOption "llama-server";
    package = mkOption {
      type = types.package;
      default = pkgs.llama-cpp;
    };
    model = mkOption {
      type = types.nullOr types.path;
      default = null;
    };
    host = mkOption {
      type = types.str;
      default = "127.0.0.1";
    };
    port = mkOption {
      type = types.port;
      default = 8080;
    };
    extraFlags = mkOption {
      type = types.listOf types.str;
      default = [ ];
    };
    openFirewall = mkOption {
      type = types.bool;
      default = false;
    };
  };
  config = lib.mkIf cfg.enable {
    systemd.services.llama-cpp.serviceConfig = {
      ExecStart = "${cfg.package}/bin/llama-server --host ${cfg.host} --port ${toString cfg.port} ${toString cfg.model}";
      ProcSubset = "pid";
    };
  };
}
