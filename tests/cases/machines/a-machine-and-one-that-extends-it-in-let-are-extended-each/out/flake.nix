{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, llama-cpp, ... }:
    (
      result:
      result
      // {
        nixosConfigurations = import ./nixos/llama-cpp/machines.nix llama-cpp result.nixosConfigurations;
      }
    )
      (let
      system = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./heron.nix ];
      };
    in
    {
      nixosConfigurations.heron = system;
      nixosConfigurations.installer = system.extendModules {
        modules = [
          ./installer.nix
          (import ./machines/installer-llama-cpp.nix llama-cpp)
        ];
      };
    });
}
