{ pkgs, lib, ... }:
{
  imports = [ ./nixos/modules/llama-cpp.nix ];

  time.timeZone = "Europe/Berlin";
}
