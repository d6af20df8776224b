{ ... }:
{
  home-manager.useGlobalPkgs = true;
  home-manager.users.ada = import ./homes/ada.nix;
}
