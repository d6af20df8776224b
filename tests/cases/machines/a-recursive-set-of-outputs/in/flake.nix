{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }: rec {
    modules = [
      ./common.nix
    ];
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = modules ++ [
        ./heron.nix
      ];
    };
  };
}
