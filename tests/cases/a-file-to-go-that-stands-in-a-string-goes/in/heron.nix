{ ... }:
{
  imports = [ "${./old.nix}" ];
}
