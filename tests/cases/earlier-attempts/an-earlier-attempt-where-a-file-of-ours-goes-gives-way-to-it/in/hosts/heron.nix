{ pkgs, ... }:
{
  imports = [
    ./hardware.nix
    ../nixos/modules/llama-cpp.nix
  ];
  services.openssh.enable = true;
}
