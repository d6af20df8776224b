{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs = (args: {
    nixosConfigurations.heron = args.nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./heron.nix ];
    };
  });
}
