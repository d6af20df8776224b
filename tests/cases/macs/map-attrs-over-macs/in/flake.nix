{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    nix-darwin.url = "github:nix-darwin/nix-darwin";
    nix-darwin.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, nix-darwin, ... }@inputs:
    {
      darwinConfigurations = builtins.mapAttrs (
        name: system:
        nix-darwin.lib.darwinSystem {
          inherit system;
          specialArgs = { inherit inputs; };
          modules = [
            ./common.nix
            { networking.hostName = name; }
          ];
        }
      ) {
        air = "aarch64-darwin";
        mini = "x86_64-darwin";
      };
    };
}
