{ pkgs, config, lib, options, ... }:
{
  services.openssh.enable = true;
  users.users.bob.isNormalUser = true;

  hardware.graphics.enable = true;
}
