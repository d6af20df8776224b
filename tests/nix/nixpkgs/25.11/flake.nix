{
  description = "A small nixpkgs, as of release 25.11";
  outputs = inputs: import ../common/flake.nix ./. inputs;
}
