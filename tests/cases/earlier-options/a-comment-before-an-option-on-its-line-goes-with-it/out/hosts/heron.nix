{ pkgs, ... }:
{
  services.openssh.enable = true;

  # measured in March
}
