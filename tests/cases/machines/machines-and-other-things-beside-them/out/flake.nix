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
        (import ./machines/kestrel-llama-cpp.nix inputs.llama-cpp)
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
            (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
          ];
        };
      };
      packages.${system}.note = nixpkgs.legacyPackages.${system}.writeText "note" note;
    };
}
