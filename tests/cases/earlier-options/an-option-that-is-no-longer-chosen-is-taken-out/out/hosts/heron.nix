{ pkgs, ... }:
{
  services.openssh.enable = true;

  llama = {
    variant = "vulkan";
  };
  users.users.ada.packages = [ pkgs.hello ];
  hardware.graphics.enable = true;
}
