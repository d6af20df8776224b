{ pkgs, ... }:
{
  services.openssh.enable = true;
  # services.tor.enable = true;
}
