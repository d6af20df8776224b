{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    hello
    llama-cpp-vulkan
  ];
  users.users.ada.packages = [
    pkgs.hello
  ];
  hardware.graphics.enable = true;
}
