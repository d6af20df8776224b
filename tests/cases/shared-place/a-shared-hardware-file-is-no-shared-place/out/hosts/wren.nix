{ pkgs, ... }:
{
  services.openssh.enable = true;
  llama.variant = "cpu";
}
