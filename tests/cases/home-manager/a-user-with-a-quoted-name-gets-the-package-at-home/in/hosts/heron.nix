{ pkgs, ... }:
{
  users.users."jane" = {
    isNormalUser = true;
  };
}
