{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }@inputs:
    let
      host = module: nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ module ];
      };
    in
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = let inputs = [ ./heron.nix ]; in inputs;
      };
      nixosConfigurations.egret = let inputs = ./egret.nix; in host inputs;
    };
}
