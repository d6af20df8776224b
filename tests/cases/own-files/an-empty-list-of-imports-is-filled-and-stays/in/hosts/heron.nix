{ pkgs, ... }:
{
  imports = [
  ];

  environment.systemPackages = [ pkgs.hello ];
}
