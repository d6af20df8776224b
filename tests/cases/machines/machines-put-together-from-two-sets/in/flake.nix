{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { nixpkgs, ... } @ inputs: let
    desks = {
      heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [./heron.nix];
      };
    };
    servers = {
      wren = nixpkgs.lib.nixosSystem {
        system = "aarch64-linux";
        modules = [./wren.nix ./server.nix];
      };
    };
  in {
    nixosConfigurations = desks // servers;
  };
}
