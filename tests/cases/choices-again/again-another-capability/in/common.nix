{ pkgs, lib, ... }:
{
  time.timeZone = "Europe/Berlin";
}
