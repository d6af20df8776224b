{ pkgs, ... }:
{
  systemd.services.rpc.serviceConfig.ExecStart = "${pkgs.llama-vulkan.override { useRpc = true; }}/bin/rpc-server";
}
