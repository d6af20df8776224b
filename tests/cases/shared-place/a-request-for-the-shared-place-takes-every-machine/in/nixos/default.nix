{ lib, ... }:
{
  imports = [
    ./users.nix
  ];
}
