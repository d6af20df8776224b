user:
{ pkgs, ... }:
{
  users.users.${user}.isNormalUser = true;

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
