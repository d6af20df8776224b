{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.carbon =
      let
        special = { inherit inputs; };
      in
      (
        let
          inputs = null;
          self = null;
          llama-cpp = null;
        in
        nixpkgs.lib.nixosSystem {
          specialArgs = special;
          modules = [ ./carbon.nix ];
        }
      );
  };
}
