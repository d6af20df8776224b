{ inputs, pkgs, ... }:
{
  nixpkgs = {
    config.allowUnfree = true;
    overlays = [ (import ./overlays/llama-cpp.nix { inherit (inputs) llama-cpp; }) ];
  };
}
