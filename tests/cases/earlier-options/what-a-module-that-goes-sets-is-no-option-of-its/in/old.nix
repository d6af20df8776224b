{ lib, ... }:
{
  config.networking.domain = lib.mkDefault "lan";
}
