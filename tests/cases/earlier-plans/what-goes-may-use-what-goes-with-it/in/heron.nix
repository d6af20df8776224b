{ lib, ... }:
{
  networking.hostName = "heron";
}
