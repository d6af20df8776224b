{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };
  outputs =
    { nixpkgs, ... }@inputs:
    let
      machine =
        name:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          specialArgs = { inherit inputs; };
          modules = [
            ./common.nix
            ./${name}.nix
          ];
        };
    in
    {
      nixosConfigurations = import ./nixos/llama-cpp/machines.nix inputs.llama-cpp ({
        heron = machine "heron";
        owl = machine "owl";
      }
      // import ./more.nix inputs);
    };
}
