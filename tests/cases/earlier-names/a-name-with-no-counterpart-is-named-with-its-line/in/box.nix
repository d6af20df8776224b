{ pkgs, ... }:
{
  environment.systemPackages = [
    pkgs.llama-vulkan
    pkgs.llama-bench-all
  ];
}
