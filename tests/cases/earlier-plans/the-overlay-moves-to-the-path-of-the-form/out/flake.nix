{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, ... }@inputs:
    let
      system = "x86_64-linux";
    in
    {
      nixosConfigurations = {
        heron = nixpkgs.lib.nixosSystem {
          inherit system;
          modules = [
            ./hosts/heron.nix
            (import ./llama/heron.nix inputs.llama-cpp)

          ];
        };
        wren = nixpkgs.lib.nixosSystem {
          inherit system;
          modules = [
            ./hosts/wren.nix
            (import ./llama/wren.nix inputs.llama-cpp)
          ];
        };
      };
    };
}
