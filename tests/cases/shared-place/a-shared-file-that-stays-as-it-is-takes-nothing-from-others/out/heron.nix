{ lib, pkgs, ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  networking.hostName = "heron";

  hardware.graphics.enable = true;
}
