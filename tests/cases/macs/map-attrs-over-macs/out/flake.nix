{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    nix-darwin.url = "github:nix-darwin/nix-darwin";
    nix-darwin.inputs.nixpkgs.follows = "nixpkgs";
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, nix-darwin, ... }@inputs:
    {
      darwinConfigurations = import ./nixos/llama-cpp/darwins.nix inputs.llama-cpp (builtins.mapAttrs (
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
      });
    };
}
