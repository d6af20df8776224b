# A NixOS module: `llama.variant = "…";` gives a machine its llama.cpp.
# Made with Llamafleet: style module; heron vulkan; wren cpu.
{ config, lib, pkgs, ... }:
{
  config = lib.mkIf true { nixpkgs.overlays = [ (import ../overlays/llama-cpp.nix { }) ]; };
}
