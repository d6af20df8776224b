{ lib, config, ... }:
{
  config = lib.mkIf config.x.enable {
    hardware.graphics.enable = true;
  };
}
