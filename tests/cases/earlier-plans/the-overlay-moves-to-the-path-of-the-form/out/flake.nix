{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, ... }@inputs:
    let
      system = "x86_64-linux";
    in
    {
      nixosConfigurations = {
        heron = nixpkgs.lib.nixosSystem {
          inherit system;
          modules = [
            ./hosts/heron.nix
            {
              nixpkgs.overlays = [
                (import ./llama/overlay.nix {
                  inherit (inputs) llama-cpp;
                  variant = "vulkan";
                })
              ];
            }
            ./llama/heron.nix
          ];
        };
        wren = nixpkgs.lib.nixosSystem {
          inherit system;
          modules = [
            ./hosts/wren.nix
            {
              nixpkgs.overlays = [
                (import ./llama/overlay.nix {
                  inherit (inputs) llama-cpp;
                  variant = "vulkan";
                })
              ];
            }
          ];
        };
      };
    };
}
