{ pkgs, lib, config, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  environment.systemPackages =
    (with pkgs; [
      git
    ])
    ++ lib.optionals config.services.xserver.enable [
      pkgs.firefox
    ];
}
