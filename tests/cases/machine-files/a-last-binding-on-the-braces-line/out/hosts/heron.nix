{ pkgs, ... }:
{ services.openssh.enable = true;
  time.timeZone = "UTC";

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
