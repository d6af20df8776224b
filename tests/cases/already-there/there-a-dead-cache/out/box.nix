{ ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  nix.settings.substituters = [ "https://cuda-maintainers.cachix.org" ];
}
