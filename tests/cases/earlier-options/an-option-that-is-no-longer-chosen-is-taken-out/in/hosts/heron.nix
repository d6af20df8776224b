{ pkgs, ... }:
{
  services.openssh.enable = true;

  llama = {
    variant = "vulkan";
    install = false;
  };
  users.users.ada.packages = [ pkgs.hello ];
}
