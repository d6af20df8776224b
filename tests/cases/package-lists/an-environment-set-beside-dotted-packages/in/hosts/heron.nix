{ pkgs, ... }:
{
  environment = {
    variables.EDITOR = "hx";
  };
  environment.systemPackages = with pkgs; [ helix ];
}
