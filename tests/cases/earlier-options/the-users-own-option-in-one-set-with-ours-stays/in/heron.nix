{ ... }:
{
  networking.hostName = "heron";

  llama = {
    variant = "vulkan";
    models = [ "qwen" ];
  };
  hardware.graphics.enable = true;
}
