{ lib, ... }:
{
  options.llama.models = lib.mkOption { default = [ ]; };
}
