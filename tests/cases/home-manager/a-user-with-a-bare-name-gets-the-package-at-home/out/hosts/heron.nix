{ pkgs, config, ... }:
{
  users.users.jane = {
    isNormalUser = true;
  };

  llama = {
    variant = "vulkan";
    install = false;
  };

  home-manager.users.jane.home.packages = [ config.llama.package ];
  hardware.graphics.enable = true;
}
