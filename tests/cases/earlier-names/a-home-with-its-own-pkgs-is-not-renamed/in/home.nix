{ pkgs, ... }:
{
  home.packages = [ pkgs.llama-vulkan-tuned ];
}
