user:
{ pkgs, ... }:
{
  users.users.${user}.isNormalUser = true;
}
