{
  inputs = {
    # --- begin ---

    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    lanzaboote.url = "github:nix-community/lanzaboote";

    # --- end ---
  };

  outputs = { nixpkgs, lanzaboote, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./configuration.nix lanzaboote.nixosModules.lanzaboote ];
    };
  };
}
