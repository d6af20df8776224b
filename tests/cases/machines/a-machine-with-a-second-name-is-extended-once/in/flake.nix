{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./heron.nix ];
    };
    nixosConfigurations.default = self.nixosConfigurations.heron;
  };
}
