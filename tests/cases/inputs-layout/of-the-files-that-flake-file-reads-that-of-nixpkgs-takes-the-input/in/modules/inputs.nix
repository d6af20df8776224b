{ inputs, ... }:
{
  imports = [ inputs.flake-file.flakeModules.default ];

  flake-file = {
    description = "A fleet";
    inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
  };
}
