{ pkgs, config, ... }:
{
  networking.hostName = "heron";

  llama = {
    variant = "vulkan";
    install = false;
  };

  home-manager.users.ada.home.packages = [ config.llama.package ];
  hardware.graphics.enable = true;
}
