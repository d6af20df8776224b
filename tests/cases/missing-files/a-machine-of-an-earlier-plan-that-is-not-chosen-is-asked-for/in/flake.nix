{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      self,
      nixpkgs,
      llama-cpp,
      ...
    }:
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          ./heron.nix
          (import ./nixos/modules/llama-cpp.nix llama-cpp)
          ./machines/heron-llama-cpp.nix
        ];
      };
      nixosConfigurations.wren = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./wren.nix ];
      };
    };
}
