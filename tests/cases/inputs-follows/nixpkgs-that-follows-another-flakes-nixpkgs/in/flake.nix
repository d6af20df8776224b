{
  inputs = {
    base.url = "github:jane/base";
    nixpkgs.follows = "base/nixpkgs";
  };

  outputs = { nixpkgs, ... }@inputs: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./heron.nix ./gpu.nix ];
    };
  };
}
