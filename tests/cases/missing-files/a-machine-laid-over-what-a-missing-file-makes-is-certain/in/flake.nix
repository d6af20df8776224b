{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }@inputs:
    import ./rest.nix inputs
    // {
      nixosConfigurations = import ./hosts.nix inputs // {
        heron = nixpkgs.lib.nixosSystem (
          import ./desk.nix
          // {
            system = "x86_64-linux";
            modules = [ ./heron.nix ];
          }
        );
      };
    };
}
