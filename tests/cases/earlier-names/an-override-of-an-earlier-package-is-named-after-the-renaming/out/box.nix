{ pkgs, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  systemd.services.rpc.serviceConfig.ExecStart = "${pkgs.llama-cpp.override { useRpc = true; }}/bin/rpc-server";
}
