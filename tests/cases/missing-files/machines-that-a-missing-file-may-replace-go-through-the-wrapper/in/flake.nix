{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations = {
      heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./heron.nix ];
      };
    }
    // import ./hosts.nix nixpkgs;
  };
}
