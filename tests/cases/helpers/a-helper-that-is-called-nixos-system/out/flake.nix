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
      nixosSystem = { name, modules ? [ ] }: nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./common.nix (./. + "/hosts/${name}.nix") ] ++ modules;
      };
    in
    {
      nixosConfigurations.heron = nixosSystem {
        name = "heron";
        modules = [ (import ./machines/heron-llama-cpp.nix inputs.llama-cpp) ];
      };
      nixosConfigurations.wren = nixosSystem { name = "wren"; modules = [
        ./wren.nix
        (import ./machines/wren-llama-cpp.nix inputs.llama-cpp)
      ]; };
    };
}
