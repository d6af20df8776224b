{ pkgs, ... }:

{
  imports = [ ./common.nix ];
  environment.systemPackages = [ pkgs.vim ];
}
