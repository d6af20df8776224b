{ lib, ... }:
{
  systemd.services.llama-cpp.serviceConfig.ProcSubset = lib.mkForce "pid";
}
