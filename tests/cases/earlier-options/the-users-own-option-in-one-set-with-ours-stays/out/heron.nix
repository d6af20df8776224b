{ pkgs, ... }:
{
  networking.hostName = "heron";

  llama = {
    models = [ "qwen" ];
  };
  hardware.graphics.enable = true;
  environment.systemPackages = [ pkgs.llama-cpp-vulkan ];
}
