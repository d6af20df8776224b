{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }:
    let
      host = name: nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./common.nix { networking.hostName = name; } ];
      };
    in
    {
      nixosConfigurations = rec {
        heron = host "heron";
        default = heron;
      };
    };
}
