{ pkgs, inputs, lib, ... }:
{
  nixpkgs.overlays = [ (import ./overlays/llama.nix { inherit inputs lib; }) ];
  environment.systemPackages = [ pkgs.llama-vulkan-tuned ];
}
