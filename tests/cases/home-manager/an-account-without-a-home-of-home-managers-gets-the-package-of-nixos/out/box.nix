{ pkgs, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  nixpkgs.hostPlatform = "x86_64-linux";
  users.users.bob = {
    isNormalUser = true;
  };
}
