{ pkgs, lib, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  services.llama-cpp = {
    enable = lib.mkForce false;
    port = 9000;
  };
}
