{ pkgs, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  environment = {
    variables.EDITOR = "hx";
  };
  environment.systemPackages = with pkgs; [ helix ];
}
