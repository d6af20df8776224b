{ pkgs, ... }: { networking.hostName = "heron"; }
