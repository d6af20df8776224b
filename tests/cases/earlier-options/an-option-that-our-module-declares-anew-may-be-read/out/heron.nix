{ config, ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  environment.etc.variant.text = config.llama.variant;
}
