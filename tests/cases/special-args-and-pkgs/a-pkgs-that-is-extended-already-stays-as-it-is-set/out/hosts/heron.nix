{ pkgs, ... }:
{
  services.openssh.enable = true;

  environment.systemPackages = [ pkgs.llama-cpp-vulkan ];
  hardware.graphics.enable = true;
}
