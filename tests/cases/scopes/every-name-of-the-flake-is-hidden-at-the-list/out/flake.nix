{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { self, nixpkgs, ... }@inputs:
    let
      inherit (nixpkgs.lib) nixosSystem;
    in
    {
      nixosConfigurations.heron = (nixosSystem {
        system = "x86_64-linux";
        modules =
          let
            inputs = null;
            self = null;
            llama-cpp = null;
          in
          [ ./heron.nix ];
      }).extendModules {
        modules = [ (import ./machines/heron-llama-cpp.nix inputs.llama-cpp) ];
      };
    };
}
