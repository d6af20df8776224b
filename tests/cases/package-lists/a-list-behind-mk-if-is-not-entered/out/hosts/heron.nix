{ pkgs, lib, config, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  environment.systemPackages = lib.mkIf config.services.xserver.enable [ pkgs.firefox ];
}
