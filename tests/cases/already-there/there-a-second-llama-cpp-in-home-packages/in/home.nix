{ pkgs, inputs, ... }:
{
  home.packages = [
    inputs.llama-cpp.packages.${pkgs.system}.vulkan
  ];
}
