{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    hello
  ];
  # another profile
  users.users.ada.packages = [ pkgs.llama-cpp-rocm ];

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
