{ pkgs, ... }:

{
  imports = [
    ./common.nix
    ./machines/heron-llama-cpp.nix
  ];
  environment.systemPackages = [ pkgs.vim ];
}
