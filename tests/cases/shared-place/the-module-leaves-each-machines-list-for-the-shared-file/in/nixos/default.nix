{ pkgs, ... }:
{
  imports = [ ./users.nix ];
  time.timeZone = "Europe/Berlin";
}
