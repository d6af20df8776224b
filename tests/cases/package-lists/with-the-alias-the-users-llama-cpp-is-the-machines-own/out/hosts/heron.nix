{ pkgs, ... }:
{
  users.users.ada.packages = with pkgs; [
    hello
    llama-cpp
  ];

  llama = {
    variant = "vulkan";
    install = false;
  };

  hardware.graphics.enable = true;
}
