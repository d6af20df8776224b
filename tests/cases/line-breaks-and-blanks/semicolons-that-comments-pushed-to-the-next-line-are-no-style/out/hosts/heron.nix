{ pkgs, ... }:
{
  services.openssh.enable = true # note
 ;

  # measured in March
}
