{ pkgs, ... }:
{
  imports = [
    ../common.nix
    ../machines/heron-llama-cpp.nix
  ];
  services.openssh.enable = true;
}
