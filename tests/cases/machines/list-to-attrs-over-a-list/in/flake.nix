{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }@inputs:
    {
      nixosConfigurations = builtins.listToAttrs (map (name: {
        inherit name;
        value = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [ (./hosts + "/${name}") ];
        };
      }) [ "heron" "wren" ]);
    };
}
