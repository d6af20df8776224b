{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs =
    { nixpkgs, ... }@inputs:
    let
      pkgs = import nixpkgs {
        system = "x86_64-linux";
        config.allowUnfree = true;
      };
    in
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        inherit pkgs;
        modules = [
          ./hosts/heron.nix
        ];
      };
    };
}
