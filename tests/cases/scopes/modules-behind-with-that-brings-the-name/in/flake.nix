{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    mine.url = "github:jane/modules";
  };

  outputs = { self, nixpkgs, mine }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = (with mine.nixosModules; [ llama-cpp desk ]) ++ [
        ./heron.nix
      ];
    };
  };
}
