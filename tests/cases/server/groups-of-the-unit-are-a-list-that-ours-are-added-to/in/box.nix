{ lib, ... }:
{
  systemd.services.llama-cpp.serviceConfig.SupplementaryGroups = [ "models" ];
}
