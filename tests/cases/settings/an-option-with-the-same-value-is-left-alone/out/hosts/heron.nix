{ pkgs, lib, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  hardware.graphics = {
    enable = true;
  };
}
