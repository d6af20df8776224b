{ pkgs, ... }:
{
  imports = [
    ./users.nix
    ./modules/llama-cpp.nix
  ];
  nixpkgs.overlays = [ (import ./overlays/fonts.nix) ];
}
