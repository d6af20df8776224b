{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      pkgs = nixpkgs.legacyPackages.x86_64-linux;
    in
    {
      nixosConfigurations = {
        carbon = nixpkgs.lib.nixosSystem {
          specialArgs = { inherit inputs; pkgs = pkgs.extend (import ./nixos/overlays/llama-cpp.nix {
            inherit (inputs) llama-cpp;
            variant = "vulkan";
          }); };
          modules = [ ./carbon.nix ];
        };
        heron = nixpkgs.lib.nixosSystem {
          specialArgs = {
            inherit inputs;
            pkgs = nixpkgs.legacyPackages.x86_64-linux.pkgs.extend (import ./nixos/overlays/llama-cpp.nix {
              inherit (inputs) llama-cpp;
              variant = "cpu";
            });
          };
          modules = [ ./heron.nix ];
        };
      };
    };
}
