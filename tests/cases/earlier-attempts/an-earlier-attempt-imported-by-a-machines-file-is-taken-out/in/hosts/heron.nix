{ pkgs, ... }:
{
  imports = [
    ./hardware.nix
    ../pkgs/llama.nix
  ];
  services.openssh.enable = true;
}
