{ pkgs, ... }:
{
  environment = {
    variables.EDITOR = "hx";
    systemPackages = [ pkgs.llama-cpp-vulkan ];
  };
  services.openssh.enable = true;
  hardware.graphics.enable = true;
}
