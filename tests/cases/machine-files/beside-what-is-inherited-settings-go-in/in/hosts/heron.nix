{ pkgs, ... }:
{
  inherit (import ../site.nix) time;
  services.openssh.enable = true;
}
