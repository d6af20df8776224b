{ inputs, ... }:
{
  nixpkgs.overlays = [ (import ./overlays/llama-cpp.nix { inherit (inputs) llama-cpp; }) ];
}
