{ inputs, ... }:
{
  imports = [ ./nixos/modules/llama-cpp.nix ];

  nixpkgs.overlays = [ ];
}
