{ pkgs, lib, ... }:
with lib;
let
  user = "jane";
in
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  users.users.${user}.isNormalUser = mkDefault true;
}
