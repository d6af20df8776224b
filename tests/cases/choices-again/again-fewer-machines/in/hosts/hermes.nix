{ config, lib, pkgs, ... }:

{
  imports = [ ./hermes-hardware.nix ];

  networking.hostName = "hermes";
  boot.loader.systemd-boot.enable = true;

  environment.systemPackages = with pkgs; [
    git
    vim
  ];

  system.stateVersion = "25.05";

  llama = {
    variant = "vulkan";
    # Zen 2
    cpu.features = [
      "SSE42"
      "AVX"
      "F16C"
      "FMA"
      "BMI2"
      "AVX2"
    ];
  };

  hardware.graphics.enable = true;
}
