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
        modules = [./heron.nix (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)];
      };
    };
    servers = {
      wren = nixpkgs.lib.nixosSystem {
        system = "aarch64-linux";
        modules = [./wren.nix ./server.nix (import ./machines/wren-llama-cpp.nix inputs.llama-cpp)];
      };
    };
  in {
    nixosConfigurations = desks // servers;
  };
}
