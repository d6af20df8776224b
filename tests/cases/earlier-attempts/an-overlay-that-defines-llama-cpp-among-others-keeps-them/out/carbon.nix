{ pkgs, ... }:

{
  imports = [ ./machines/carbon-llama-cpp.nix ];

  nixpkgs.overlays = [
    (
      final: prev:
      let
        version = "1.0";
      in
      {
        mine = prev.hello;
      }
    )
  ];
}
