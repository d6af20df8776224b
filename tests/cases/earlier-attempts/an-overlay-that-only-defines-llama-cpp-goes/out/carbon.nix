{ pkgs, ... }:

{
  imports = [ ./machines/carbon-llama-cpp.nix ];

  nixpkgs.overlays = [
    (final: prev: { mine = prev.hello; })
  ];
  environment.systemPackages = [ pkgs.mine ];
}
