{ pkgs, ... }:
{
  imports = [ ../nixos/modules/llama-cpp.nix ];

  services.openssh.enable = true;
}
