{ inputs, ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  nixpkgs.overlays = [ ];
  networking.hostName = "heron";

  hardware.graphics.enable = true;
}
