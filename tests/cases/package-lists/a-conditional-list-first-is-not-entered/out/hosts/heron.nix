{ pkgs, lib, config, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  environment.systemPackages =
    lib.optionals config.services.xserver.enable [ pkgs.firefox ]
    ++ [ pkgs.git ];
}
