{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";    
  };
  outputs = { nixpkgs, ... }@inputs: {
    nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { specialArgs = { inherit inputs; }; modules = [ ./alpha.nix ]; };
  };
}
