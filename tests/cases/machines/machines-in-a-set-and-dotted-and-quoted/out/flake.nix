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

  outputs = { self, nixpkgs, ... }@inputs:
    {
      nixosConfigurations = {
        heron = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            ./heron.nix
            (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
          ];
        };
        # wren = nixpkgs.lib.nixosSystem { modules = [ ./old-wren.nix ]; };
        wren = nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [ ./wren.nix ];
        };
      };
      nixosConfigurations."media-box" = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          ./media-box.nix
          (import ./machines/media-box-llama-cpp.nix inputs.llama-cpp)
        ];
      };
      nixosConfigurations."web.example.org" = nixpkgs.lib.nixosSystem {
        system = "aarch64-linux";
        modules = [
          ./web.nix
          (import ./machines/web.example.org-llama-cpp.nix inputs.llama-cpp)
        ];
      };
    };
}
