{ pkgs, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  environment = {
    variables.EDITOR = "hx";
  };
  services.openssh.enable = true;
}
