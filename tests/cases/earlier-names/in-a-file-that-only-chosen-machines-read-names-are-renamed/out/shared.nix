{ pkgs, inputs, lib, ... }:
{
  nixpkgs.overlays = [ ];
  environment.systemPackages = [ pkgs.llama-cpp ];
}
