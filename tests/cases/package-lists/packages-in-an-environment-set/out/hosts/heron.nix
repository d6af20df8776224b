{ pkgs, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  environment = {
    variables.EDITOR = "hx";
    systemPackages = with pkgs; [ helix ];
  };
}
