{ config, lib, pkgs, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  options.my.desk = lib.mkEnableOption "the desk";

  config = lib.mkIf config.my.desk {
    services.openssh.enable = true;
  };
}
