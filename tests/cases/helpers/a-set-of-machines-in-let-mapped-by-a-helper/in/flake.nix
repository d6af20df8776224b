{
  inputs = {
    nixpkgs.url = "nixpkgs/nixos-unstable";
    nixos-hardware.url = "github:NixOS/nixos-hardware/master";
  };

  outputs = { self, nixpkgs, nixos-hardware }:
  let
    lib = nixpkgs.lib;
    hosts = {
      heron = [ nixos-hardware.nixosModules.framework-13-7040-amd ./heron ];
      wren  = [ ./wren ];
    };
    mkHost = name: modules: lib.nixosSystem {
      system = "x86_64-linux";
      modules = modules ++ [ { networking.hostName = name; } ];
    };
  in {
    nixosConfigurations = lib.mapAttrs mkHost hosts;
  };
}
