{ pkgs, lib, ... }:
with lib;
let
  user = "jane";
in
{
  users.users.${user}.isNormalUser = mkDefault true;

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
