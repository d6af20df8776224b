{
  inputs = { nixpkgs.url = "nixpkgs/nixos-25.11"; };

  outputs =
    { nixpkgs, ... }@inputs:
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [ ./configuration.nix ];
      };
    };
}
