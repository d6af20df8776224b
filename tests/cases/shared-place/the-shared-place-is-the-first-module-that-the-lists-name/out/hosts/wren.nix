{ pkgs, ... }:
{
  imports = [ ../common.nix ];
  services.openssh.enable = true;
  llama.variant = "cpu";
}
