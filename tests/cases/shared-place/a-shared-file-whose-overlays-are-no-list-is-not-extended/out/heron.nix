{ pkgs, ... }:

{
  imports = [ ./common.nix ];
  environment.systemPackages = [
    pkgs.vim
    pkgs.llama-cpp-cpu
  ];
}
