{ lib, pkgs, ... }:
{
  users.users.bob.packages = lib.mkDefault [ pkgs.hello ];
}
