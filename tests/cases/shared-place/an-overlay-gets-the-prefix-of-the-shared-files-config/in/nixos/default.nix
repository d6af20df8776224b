{ inputs, lib, ... }:
{
  options.site.name = lib.mkOption { type = lib.types.str; };
  config.time.timeZone = "Europe/Berlin";
}
