{ pkgs, ... }:
{
  services.openssh.enable = true;
  users.users.the-account-of-the-department-for-fluid-dynamics-00.isNormalUser = true;
}
