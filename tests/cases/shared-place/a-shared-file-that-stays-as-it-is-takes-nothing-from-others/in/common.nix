{ inputs, ... }:
{
  time.timeZone = "UTC";

  nixpkgs.overlays = [ (import ./nixos/overlays/llama-cpp.nix { inherit (inputs) llama-cpp; }) ];
}
