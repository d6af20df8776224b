{ lib, ... }:
{
  options.site.name = lib.mkOption { type = lib.types.str; };
  config = {
    time.timeZone = "Europe/Berlin";
  };

  imports = [ ./modules/llama-cpp.nix ];
}
