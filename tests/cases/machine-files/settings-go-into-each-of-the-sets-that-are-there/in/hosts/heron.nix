{ pkgs, ... }:
{
  services = {
    openssh.enable = true;
  };
  hardware = {
    bluetooth.enable = true;
  };
}
