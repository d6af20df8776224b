{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    colmena.url = "github:zhaofengli/colmena";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, colmena, ... }@inputs:
    let
      mkHost = name: nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs; };
        modules = [ ./hosts/${name}.nix ];
      };
    in
    {
      nixosConfigurations = nixpkgs.lib.genAttrs [ "alpha" "beta" ] mkHost;

      colmenaHive = colmena.lib.makeHive ({
        meta.nixpkgs = import nixpkgs { system = "x86_64-linux"; };
        meta.specialArgs = { inherit inputs; };
      } // builtins.mapAttrs (name: machine: {
        deployment.targetHost = "${name}.lan";
        imports = machine._module.args.modules;
      }) self.nixosConfigurations);
    };
}
