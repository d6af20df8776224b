{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, llama-cpp, ... }:
    let
      host = name: nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./common.nix { networking.hostName = name; } ];
      };
    in
    {
      nixosConfigurations = rec {
        heron = host "heron";
        default = heron.extendModules {
          modules = [ (import ./machines/default-llama-cpp.nix llama-cpp) ];
        };
      };
    };
}
