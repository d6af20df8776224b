{ pkgs, lib, ... }:
{
  imports = [ ../machines/wren-llama-cpp.nix ];

  services.openssh.enable = true;

  hardware.graphics.enable = true;
}
