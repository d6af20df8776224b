{ lib, ... }:
{
  options.llama.variant = lib.mkOption { default = "cpu"; };
}
