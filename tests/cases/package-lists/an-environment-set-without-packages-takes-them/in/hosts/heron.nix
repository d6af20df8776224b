{ pkgs, ... }:
{
  environment = {
    variables.EDITOR = "hx";
  };
  services.openssh.enable = true;
}
