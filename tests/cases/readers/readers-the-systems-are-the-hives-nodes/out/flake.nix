{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    flake-parts.url = "github:hercules-ci/flake-parts";
    colmena.url = "github:zhaofengli/colmena";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = inputs@{ self, nixpkgs, flake-parts, colmena, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      flake.nixosConfigurations = self.outputs.colmenaHive.nodes;
      flake.colmenaHive = colmena.lib.makeHive self.outputs.colmena;
      flake.colmena = {
        meta.nixpkgs = import nixpkgs { system = "x86_64-linux"; };
        meta.specialArgs = { inherit inputs; };
        alpha.imports = [
          ./hosts/alpha.nix
          ./machines/alpha-llama-cpp.nix
        ];
        beta.imports = [ ./hosts/beta.nix ];
      };
    };
}
