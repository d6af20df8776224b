{ ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  networking.hostName = "heron";

  llama = {
    models = [ "qwen" ];
  };
  hardware.graphics.enable = true;
}
