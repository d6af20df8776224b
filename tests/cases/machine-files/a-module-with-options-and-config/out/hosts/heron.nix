{ config, lib, pkgs, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  options.my.desk = lib.mkEnableOption "the desk";

  config = {
    services.openssh.enable = true;
  };
}
