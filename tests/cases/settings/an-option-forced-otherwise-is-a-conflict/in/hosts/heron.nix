{ pkgs, lib, ... }:
{
  services.llama-cpp = {
    enable = lib.mkForce false;
    port = 9000;
  };
}
