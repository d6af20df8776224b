{ pkgs, ... }:
{
  imports = [ ../machines/wren-llama-cpp.nix ];

  services.openssh.enable = true;
}
