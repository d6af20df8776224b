{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    hello
  ];
  users.users.ada.packages = [ ];
}
