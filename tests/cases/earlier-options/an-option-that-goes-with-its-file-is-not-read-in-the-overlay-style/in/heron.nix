{ config, ... }:
{
  environment.etc.variant.text = config.llama.variant;
}
