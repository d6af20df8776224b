{ pkgs, inputs, ... }:
{
  home.username = "ada";
  home.homeDirectory = "/home/ada";
  home.stateVersion = "25.11";
  home.packages = with pkgs; [ htop llama-cpp inputs.llama-cpp.packages.x86_64-linux.vulkan ];
}
