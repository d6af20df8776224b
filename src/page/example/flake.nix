{
  description = "Four machines, one flake";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    nixos-hardware.url = "github:NixOS/nixos-hardware";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { self, nixpkgs, ... }@inputs:
    let
      # What every machine has.
      common = [
        ./nixos
        inputs.home-manager.nixosModules.home-manager
        { home-manager.useGlobalPkgs = true; }
      ];
    in
    {
      nixosConfigurations = {
        # A laptop: Ryzen 7 7840U with its own graphics.
        heron = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          specialArgs = { inherit inputs; };
          modules = common ++ [
            ./machines/heron.nix
            inputs.nixos-hardware.nixosModules.framework-13-7040-amd
          ];
        };

        # The workstation under the desk: RTX 4070.
        osprey = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          specialArgs = { inherit inputs; };
          modules = common ++ [
            ./machines/osprey.nix
            inputs.nixos-hardware.nixosModules.common-cpu-amd
            inputs.nixos-hardware.nixosModules.common-gpu-nvidia-nonprime
          ];
        };

        # The one that trains: Radeon RX 7900 XTX.
        condor = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          specialArgs = { inherit inputs; };
          modules = common ++ [
            ./machines/condor.nix
            inputs.nixos-hardware.nixosModules.common-gpu-amd
          ];
        };

        # A server in the cupboard, no graphics.
        wren = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          specialArgs = { inherit inputs; };
          modules = common ++ [ ./machines/wren.nix ];
        };
      };
    };
}
