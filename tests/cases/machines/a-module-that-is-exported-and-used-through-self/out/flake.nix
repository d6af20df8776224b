{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
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
      nixosModules.base = ./base.nix;
      overlays.default = final: prev: { };

      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        modules = [
          self.nixosModules.base
          { nixpkgs.overlays = [ self.overlays.default ]; }
          { nixpkgs.hostPlatform = "x86_64-linux"; }
          (import ./machines/heron-llama-cpp.nix llama-cpp)
        ];
      };
    };
}
