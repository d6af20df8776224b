{
  description = "llama.cpp's flake, as of 2026-08";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = inputs: import ../flake-of.nix ./. inputs;
}
