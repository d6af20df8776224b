{ pkgs, lib, ... }:

{
  imports = [ ./common.nix ];
  environment.systemPackages = [
    pkgs.git
    pkgs.llama-cpp-vulkan
  ];

  # what the shared overlay is to build here; it reads it, so this one comes first
  nixpkgs.overlays = lib.mkBefore [ (_final: _prev: { llamaCppMachine.variant = "vulkan"; }) ];

  hardware.graphics.enable = true;
}
