{ inputs, lib, ... }:
{
  imports = [ ./modules/llama-cpp.nix ];

  options.site.name = lib.mkOption { type = lib.types.str; };
  config.time.timeZone = "Europe/Berlin";
}
