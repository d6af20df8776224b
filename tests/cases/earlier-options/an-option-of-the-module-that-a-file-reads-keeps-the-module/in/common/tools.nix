{ config, ... }:
{
  environment.etc."llama".source = config.llama.package;
}
