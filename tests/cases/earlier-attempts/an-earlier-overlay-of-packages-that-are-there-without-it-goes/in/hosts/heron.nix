{ pkgs, ... }:
{
  nixpkgs.overlays = [ (import ../old.nix) ];
  environment.systemPackages = with pkgs; [ hello ];
  users.users.ada.packages = [ pkgs.llama-cpp-vulkan ];
}
