{ ... }:
{
  nix.settings.substituters = [ "https://cuda-maintainers.cachix.org" ];
}
