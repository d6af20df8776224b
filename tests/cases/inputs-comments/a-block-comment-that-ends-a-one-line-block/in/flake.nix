{
  inputs = { nixpkgs.url = "nixpkgs"; /* wifi */ hardware.url = "github:NixOS/nixos-hardware"; /* end */ };
  outputs = { nixpkgs, hardware, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ hardware.nixosModules.framework-13-7040-amd ./configuration.nix ];
    };
  };
}
