{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { nixpkgs, ... }@inputs: {
    # nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [ ./heron.nix ]; };
    nixosConfigurations.wren = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./wren.nix ./gpu.nix ];
    };
  };
}
