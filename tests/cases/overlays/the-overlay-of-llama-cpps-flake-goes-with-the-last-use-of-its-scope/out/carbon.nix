{ inputs, pkgs, ... }:

{
  imports = [ ./machines/carbon-llama-cpp.nix ];

  nixpkgs.overlays = [ ];
  environment.systemPackages = [ ];
}
