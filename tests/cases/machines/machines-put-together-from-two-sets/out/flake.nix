{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { nixpkgs, ... } @ inputs: let
    desks = {
      heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          ./heron.nix
          (import ./nixos/modules/llama-cpp.nix inputs.llama-cpp)
          ./machines/heron-llama-cpp.nix
        ];
      };
    };
    servers = {
      wren = nixpkgs.lib.nixosSystem {
        system = "aarch64-linux";
        modules = [
          ./wren.nix
          ./server.nix
          (import ./nixos/modules/llama-cpp.nix inputs.llama-cpp)
          ./machines/wren-llama-cpp.nix
        ];
      };
    };
  in {
    nixosConfigurations = desks // servers;
  };
}
