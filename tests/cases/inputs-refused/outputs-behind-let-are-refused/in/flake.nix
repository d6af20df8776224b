{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = let system = "x86_64-linux"; in { self, nixpkgs }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      inherit system;
      modules = [ ./heron.nix ];
    };
  };
}
