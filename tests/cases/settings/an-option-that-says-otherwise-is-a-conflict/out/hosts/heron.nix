{ pkgs, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  services.llama-cpp.enable = false;
}
