{ pkgs, ... }:
{
  environment.systemPackages = [
    # pkgs.llama-cpp-vulkan: too slow
    pkgs.hello
    pkgs.llama-cpp-vulkan
  ];
}
