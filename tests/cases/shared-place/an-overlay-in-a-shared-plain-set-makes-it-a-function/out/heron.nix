{ pkgs, lib, ... }:

{
  imports = [ ./common.nix ];
  environment.systemPackages = [
    pkgs.vim
    pkgs.llama-cpp-cpu
  ];

  # what the shared overlay is to build here; it reads it, so this one comes first
  nixpkgs.overlays = lib.mkBefore [ (_final: _prev: { llamaCppMachine.variant = "cpu"; }) ];
}
