{ lib, ... }:
{
  options = lib.optionalAttrs false { };
}
