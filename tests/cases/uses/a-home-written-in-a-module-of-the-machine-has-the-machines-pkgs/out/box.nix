{ pkgs, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  nixpkgs.hostPlatform = "x86_64-linux";
  home-manager.users.kim = {
    home.stateVersion = "25.11";
    home.packages = [ pkgs.llama-cpp ];
  };
}
