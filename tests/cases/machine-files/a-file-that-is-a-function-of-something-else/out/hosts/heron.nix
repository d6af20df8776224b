user:
{ pkgs, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  users.users.${user}.isNormalUser = true;
}
