{ pkgs, lib, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  services.openssh.enable = true;

  hardware.graphics.enable = true;
}
