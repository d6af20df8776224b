{ pkgs, inputs }:
{
  tools = [
    pkgs.ripgrep
    inputs.llama-cpp.packages.${pkgs.system}.vulkan
  ];
}
