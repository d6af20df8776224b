{ pkgs, ... }:
{
  imports = [ ./chat.nix ];
  home.stateVersion = "25.11";
  home.packages = with pkgs; [
    fd
    llama-vulkan-tuned # the fast one
    ripgrep
  ];
}
