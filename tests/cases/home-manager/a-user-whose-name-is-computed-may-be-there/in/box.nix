{ me, ... }:
{
  users.users.${me}.isNormalUser = true;
}
