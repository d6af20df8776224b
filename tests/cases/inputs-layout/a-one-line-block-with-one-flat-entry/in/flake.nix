{
  inputs = { nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable"; };
  outputs = inputs: {
    nixosConfigurations.heron = inputs.nixpkgs.lib.nixosSystem {
      modules = [ ./heron.nix ];
      specialArgs = { inherit inputs; };
    };
  };
}
