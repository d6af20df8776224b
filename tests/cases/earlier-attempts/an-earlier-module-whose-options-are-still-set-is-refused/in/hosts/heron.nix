{ config, ... }:
{
  my.llama.enable = true;
  my.other = true;
  networking.hostName = if config.my.llama.enable then "heron" else "wren";
}
