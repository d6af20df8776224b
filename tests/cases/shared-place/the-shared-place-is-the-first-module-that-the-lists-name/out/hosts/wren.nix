{ pkgs, ... }:
{
  imports = [
    ../common.nix
    ../machines/wren-llama-cpp.nix
  ];
  services.openssh.enable = true;
}
