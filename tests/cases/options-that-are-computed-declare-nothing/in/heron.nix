{ ... }:
{
  networking.domain = "home";
}
