{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  inputs.impermanence.url = "github:nix-community/impermanence";

  # Everything that runs at home.
  outputs = { nixpkgs, impermanence, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./heron.nix impermanence.nixosModules.impermanence ];
    };
  };
}
