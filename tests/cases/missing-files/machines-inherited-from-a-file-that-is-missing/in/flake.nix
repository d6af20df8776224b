{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }@inputs:
    let
      hosts = import ./hosts.nix inputs;
    in
    {
      inherit (hosts) nixosConfigurations;
    };
}
