{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { nixpkgs, ... }@inputs:
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs; pkgs = nixpkgs.legacyPackages.x86_64-linux.extend (import ./nixos/overlays/llama-cpp.nix {
          inherit (inputs) llama-cpp;
          variant = "vulkan";
        }); };
        modules = [
          ./common.nix
          ./hosts/heron.nix
          ./machines/heron-llama-cpp.nix
        ];
      };
      nixosConfigurations.wren = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs; };
        modules = [
          ./common.nix
          ./hosts/wren.nix
          ./machines/wren-llama-cpp.nix
        ];
      };
    };
}
