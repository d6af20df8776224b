{
  pkgs ? import <nixpkgs> { },
  ...
}:
{
  environment.systemPackages = [ pkgs.hello ];
}
