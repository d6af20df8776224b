{ pkgs, lib, ... }:
{
  services.openssh.enable = true;

  # what the shared overlay is to build here; it reads it, so this one comes first
  nixpkgs.overlays = lib.mkBefore [ (_final: _prev: { llamaCppMachine.variant = "cpu"; }) ];

  environment.systemPackages = [
    pkgs.llama-cpp-cpu
  ];
  hardware.graphics.enable = true;
}
