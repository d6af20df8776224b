{ lib, ... }:
{
  systemd.services.llama-cpp.serviceConfig = lib.mkForce { LimitMEMLOCK = "infinity"; };
}
