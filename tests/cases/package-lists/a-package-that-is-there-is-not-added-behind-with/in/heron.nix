{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    git
    pkgs.llama-cpp-vulkan
  ];
}
