{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    hardware.url = "github:NixOS/nixos-hardware";
  };

  outputs = { self, nixpkgs, hardware, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = with hardware.nixosModules; [
        common-cpu-amd
        common-gpu-amd
        ./heron.nix
      ];
    };
  };
}
