{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs = { self, nixpkgs, ... }@args: {
    nixosConfigurations = {
      carbon = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { user = "alice"; };
        modules = [ ./carbon.nix ];
      };
      heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { user = "alice"; };
        modules = [ ./heron.nix ];
      };
    };
  };
}
