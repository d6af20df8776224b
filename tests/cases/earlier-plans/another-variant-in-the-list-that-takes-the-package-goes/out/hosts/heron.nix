{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    hello
    llama-cpp-vulkan
  ];
  # another profile
  users.users.ada.packages = [ pkgs.llama-cpp-rocm ];
  hardware.graphics.enable = true;
}
