{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp.url = "github:ggml-org/llama.cpp";
  inputs.llama-cpp.inputs.nixpkgs.follows = "nixpkgs";

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
        specialArgs = { inherit (self) inputs; };
        modules = [
          ./hosts/heron.nix
          {
            nixpkgs.overlays = [
              (import ./nixos/overlays/llama-cpp.nix {
                inherit llama-cpp;
                variant = "vulkan";
              })
            ];
          }
        ];
      };
    };
}
