{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };
  outputs = { nixpkgs, ... }@inputs: {
    nixosConfigurations = {
      alpha = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [
          { networking.hostName = "alpha"; }
          ./common.nix
          ./portainer.nix
          ./machines/alpha-llama-cpp.nix
        ];
      };
      beta = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [
          { networking.hostName = "beta"; }
          ./common.nix
          ./machines/beta-llama-cpp.nix
        ];
      };
    };
  };
}
