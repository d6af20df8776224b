{
  description = "Nix refuses this";

  inputs = {
    inherit (import ./pins.nix) nixpkgs;
  };

  outputs = { self, nixpkgs, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./heron.nix ];
    };
  };
}
