{ lib, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  systemd.services.llama-cpp.serviceConfig = lib.mkForce { LimitMEMLOCK = "infinity"; };
}
