{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    (llama-cpp.override { vulkanSupport = true; })
    git
    llama-cpp-vulkan
  ];
  hardware.graphics.enable = true;
}
