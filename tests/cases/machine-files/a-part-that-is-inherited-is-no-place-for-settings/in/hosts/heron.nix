{ pkgs, ... }:
{
  inherit (import ../site.nix) time;
  inherit (import ../hardware.nix) hardware;
  services.openssh.enable = true;
}
