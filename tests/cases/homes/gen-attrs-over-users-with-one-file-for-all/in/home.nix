{ user, ... }:
{
  home.username = user;
  home.homeDirectory = "/home/${user}";
}
