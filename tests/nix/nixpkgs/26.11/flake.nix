{
  description = "A small nixpkgs, as of release 26.11";
  outputs = inputs: import ../common/flake.nix ./. inputs;
}
