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
      system = "x86_64-linux";
      kestrel = nixpkgs.lib.nixosSystem { inherit system; modules = [
        ./kestrel.nix
        (import ./nixos/modules/llama-cpp.nix inputs.llama-cpp)
        ./machines/kestrel-llama-cpp.nix
      ]; };
      note = "nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [ ]; };";
    in
    {
      nixosConfigurations = {
        inherit system kestrel;
        heron = nixpkgs.lib.nixosSystem {
          inherit system;
          modules = [
            ./heron.nix
            (import ./nixos/modules/llama-cpp.nix inputs.llama-cpp)
            ./machines/heron-llama-cpp.nix
          ];
        };
      };
      packages.${system}.note = nixpkgs.legacyPackages.${system}.writeText "note" note;
    };
}
