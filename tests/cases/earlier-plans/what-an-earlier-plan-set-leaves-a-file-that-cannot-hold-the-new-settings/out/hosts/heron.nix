{ pkgs, ... }:
{
  home-manager.useGlobalPkgs = true;
  home-manager.users.ada =
    { pkgs, ... }:
    {
      home.packages = [ pkgs.hello ];
    };
}
