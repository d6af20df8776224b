{ inputs, ... }:
{
  nixpkgs.overlays = [ ];
}
