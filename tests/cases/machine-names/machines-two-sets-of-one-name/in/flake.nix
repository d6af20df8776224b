{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations = {
      one = nixpkgs.lib.nixosSystem { modules = [ ./one.nix ]; };
    };
    nixosConfigurations = {
      two = nixpkgs.lib.nixosSystem { modules = [ ./two.nix ]; };
    };
  };
}
