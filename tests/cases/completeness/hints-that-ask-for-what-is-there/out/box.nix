{ lib, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  nixpkgs.config.allowUnfreePredicate = pkg: builtins.elem (lib.getName pkg) [ "nvidia-x11" "nvidia-settings" ];
}
