{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
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
          modules = [
            ./carbon.nix
            ./machines/carbon-llama-cpp.nix
          ];
        }
      );
  };
}
