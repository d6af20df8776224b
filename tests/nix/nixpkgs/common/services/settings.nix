# services.llama-cpp since June 2026: RFC 42 settings; the options for single flags are gone.
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
    settings = mkOption {
      type = types.attrsOf types.anything;
      default = { };
    };
    openFirewall = mkOption {
      type = types.bool;
      default = false;
    };
  };
  config = lib.mkIf cfg.enable {
    systemd.services.llama-cpp.serviceConfig = {
      ExecStart = "${cfg.package}/bin/llama-server ${builtins.toJSON cfg.settings}";
      ProcSubset = "pid";
    };
  };
}
