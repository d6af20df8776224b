{ lib, ... }: { x = lib.load ./older.nix; }
