{ ... }:
{
  systemd.services.llama-cpp.serviceConfig.LimitMEMLOCK = "infinity";
}
