{ pkgs, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  users.users."jane" = {
    isNormalUser = true;
  };
}
