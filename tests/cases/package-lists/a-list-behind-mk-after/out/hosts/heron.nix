{ pkgs, lib, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  environment.systemPackages = lib.mkAfter (with pkgs; [
    git
  ]);
}
