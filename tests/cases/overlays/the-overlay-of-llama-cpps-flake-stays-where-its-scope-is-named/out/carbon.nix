{ inputs, pkgs, ... }:

{
  imports = [ ./machines/carbon-llama-cpp.nix ];

  nixpkgs.overlays = [ inputs.llama-cpp.overlays.default ];
  environment.systemPackages = [ pkgs.llamaPackages.docker ];
}
