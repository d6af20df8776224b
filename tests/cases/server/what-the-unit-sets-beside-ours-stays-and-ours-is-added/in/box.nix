{ lib, ... }:
{
  systemd.services.llama-cpp = {
    serviceConfig = {
      LimitMEMLOCK = "infinity";
      Nice = 5;
    };
    environment.XDG_CACHE_HOME = "/var/cache/llama";
  };
}
