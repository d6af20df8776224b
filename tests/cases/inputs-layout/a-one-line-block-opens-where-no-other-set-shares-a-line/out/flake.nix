{
  inputs = {
    nixpkgs.url = "nixpkgs/nixos-25.11";
    llama-cpp.url = "github:ggml-org/llama.cpp";
  };

  outputs =
    { nixpkgs, ... }@inputs:
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [
          ./configuration.nix
          ./machines/heron-llama-cpp.nix
        ];
      };
    };
}
