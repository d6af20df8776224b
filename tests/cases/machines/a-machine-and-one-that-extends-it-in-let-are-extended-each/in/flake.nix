{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }:
    let
      system = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./heron.nix ];
      };
    in
    {
      nixosConfigurations.heron = system;
      nixosConfigurations.installer = system.extendModules {
        modules = [ ./installer.nix ];
      };
    };
}
