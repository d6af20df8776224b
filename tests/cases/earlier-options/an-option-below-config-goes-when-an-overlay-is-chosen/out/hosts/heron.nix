{ lib, pkgs, ... }:
{
  options.site.name = lib.mkOption { type = lib.types.str; };
  config.services.openssh.enable = true;
}
