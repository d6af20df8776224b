{ pkgs, ... }:
{
  imports = [ ./chat.nix ];
  home.stateVersion = "25.11";
  home.packages = with pkgs; [
    fd
    llama-cpp # the fast one
    ripgrep
  ];
}
