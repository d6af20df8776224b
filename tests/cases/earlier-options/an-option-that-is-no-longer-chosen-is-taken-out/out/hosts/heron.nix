{ pkgs, ... }:
{
  services.openssh.enable = true;

  users.users.ada.packages = [ pkgs.hello ];
}
