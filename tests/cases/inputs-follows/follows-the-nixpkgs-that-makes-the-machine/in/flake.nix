{
  inputs = {
    stable.url = "github:NixOS/nixpkgs/nixos-25.11";
    unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs = { self, stable, unstable }: {
    nixosConfigurations = {
      heron = unstable.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./heron.nix ];
      };
      wren = stable.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./wren.nix ];
      };
    };
  };
}
