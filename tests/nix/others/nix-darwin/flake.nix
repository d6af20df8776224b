{
  description = "nix-darwin, as far as llama.cpp sees it";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
  outputs =
    { nixpkgs, ... }:
    {
      lib.darwinSystem = import ./system.nix nixpkgs;
    };
}
