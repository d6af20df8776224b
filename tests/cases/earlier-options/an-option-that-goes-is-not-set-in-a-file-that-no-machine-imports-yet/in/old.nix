{ lib, ... }:
{
  options.models.folder = lib.mkOption { };
}
