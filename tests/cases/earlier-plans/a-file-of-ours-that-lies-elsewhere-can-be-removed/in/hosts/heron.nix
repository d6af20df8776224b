{ pkgs, ... }:
{
  imports = [ ../old/llama-cpp.nix ];
  services.openssh.enable = true;
}
