{ pkgs, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  services.openssh.enable = true;
}
