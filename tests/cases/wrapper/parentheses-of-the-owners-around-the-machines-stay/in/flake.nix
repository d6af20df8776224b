{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";

  outputs =
    { nixpkgs, ... }@inputs:
    {
      nixosConfigurations = (
        builtins.mapAttrs (
          name: host:
          nixpkgs.lib.nixosSystem {
            modules = [
              { networking.hostName = name; }
              ./hosts/${host.file}
            ];
          }
        ) (import ./meta.nix)
      );
    };
}
