{ pkgs, ... }:
{
  environment.systemPackages = [ ];
}
