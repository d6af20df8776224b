{ lib, config, ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  config = lib.mkIf config.x.enable {
    hardware.graphics.enable = true;
    nixpkgs.config.allowUnfree = true;
  };
}
