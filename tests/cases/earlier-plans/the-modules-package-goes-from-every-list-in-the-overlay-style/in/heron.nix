{ config, ... }:
{
  users.users.ann.packages = [ config.llama.package ];
  networking.hostName = "heron";

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
