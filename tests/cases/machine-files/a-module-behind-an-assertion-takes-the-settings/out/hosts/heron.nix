{ lib, pkgs, ... }:
assert lib.versionAtLeast lib.version "24.05";
{
  services.openssh.enable = true;

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
