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
    let
      host =
        name:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [
            ./nixos
            { networking.hostName = name; }
          ];
        };
    in
    {
      nixosConfigurations = {
        heron = (host "heron").extendModules {
          modules = [ (import ./machines/heron-llama-cpp.nix inputs.llama-cpp) ];
        };
        wren = (host "wren").extendModules {
          modules = [ (import ./machines/wren-llama-cpp.nix inputs.llama-cpp) ];
        };
      };
    };
}
