{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, llama-cpp, ... }:
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit (self) inputs; pkgs = nixpkgs.legacyPackages.x86_64-linux.extend (import ./nixos/overlays/llama-cpp.nix {
          inherit llama-cpp;
          variant = "vulkan";
        }); };
        modules = [
          ./hosts/heron.nix
        ];
      };
    };
}
