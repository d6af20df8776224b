{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs, ... }@inputs:
    let
      inherit (nixpkgs.lib) nixosSystem;
    in
    {
      nixosConfigurations.heron = nixosSystem {
        system = "x86_64-linux";
        modules =
          let
            inputs = null;
            self = null;
            llama-cpp = null;
          in
          [ ./heron.nix ];
      };
    };
}
