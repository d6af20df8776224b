{ lib, ... }:

{
  environment.etc.llama = lib.mkIf true (import ./llama.nix);
}
