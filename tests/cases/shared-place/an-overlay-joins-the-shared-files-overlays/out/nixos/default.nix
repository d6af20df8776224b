{ inputs, pkgs, ... }:
{
  nixpkgs.config.allowUnfree = true;
  nixpkgs.overlays = [
    (final: prev: { hello = prev.hello; })
    (import ./overlays/llama-cpp.nix { inherit (inputs) llama-cpp; })
  ];
}
