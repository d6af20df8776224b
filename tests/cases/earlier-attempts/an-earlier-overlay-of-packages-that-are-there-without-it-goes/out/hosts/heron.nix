{ pkgs, ... }:
{
  nixpkgs.overlays = [ ];
  environment.systemPackages = with pkgs; [ hello ];
  users.users.ada.packages = [ pkgs.llama-cpp-vulkan ];
}
