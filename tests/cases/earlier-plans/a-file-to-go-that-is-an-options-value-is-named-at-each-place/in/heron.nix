{ ... }:
let
  files.old = ./old.nix;
in
{
  environment.etc.old.source = ./old.nix;
  text = ./old.nix;
}
