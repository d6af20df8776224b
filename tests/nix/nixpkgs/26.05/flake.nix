{
  description = "A small nixpkgs, as of release 26.05";
  outputs = inputs: import ../common/flake.nix ./. inputs;
}
