{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      modules = [
        ./heron.nix
        ../nixos/modules/llama-cpp.nix
      ];
    };
  };
}
