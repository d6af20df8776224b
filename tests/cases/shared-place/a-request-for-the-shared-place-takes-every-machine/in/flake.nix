{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }@inputs:
    let
      mkHost = name: nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs; };
        modules = [ ./nixos ./hosts/${name}.nix ];
      };
    in
    {
      nixosConfigurations = nixpkgs.lib.genAttrs [ "heron" "wren" ] mkHost;
    };
}
