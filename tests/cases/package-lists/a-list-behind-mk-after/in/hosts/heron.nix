{ pkgs, lib, ... }:
{
  environment.systemPackages = lib.mkAfter (with pkgs; [
    git
  ]);
}
