let
  system = "x86_64-linux";
in
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      inherit system;
      modules = [ ./heron.nix ];
    };
  };
}
