{
  description = "A small nixpkgs, as of release 25.05";
  outputs = inputs: import ../common/flake.nix ./. inputs;
}
