{
    description = "desk and laptop";
    inputs = {
        nixpkgs.url = "github:nixos/nixpkgs/nixos-25.11";
        unstable.url = "github:nixos/nixpkgs/nixos-unstable";
        home-manager.url = "github:nix-community/home-manager/release-25.11";
        home-manager.inputs.nixpkgs.follows = "nixpkgs";
        llama-cpp.url = "github:ggml-org/llama.cpp";
        llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
    };
    outputs = inputs@{ self, nixpkgs, unstable, home-manager, ... }:
        let
            system = "x86_64-linux";
            lib = nixpkgs.lib;
            pkgs = nixpkgs.legacyPackages.${system};
            pkgs-unstable = unstable.legacyPackages.${system};
        in {
            nixosConfigurations = {
                heron = lib.nixosSystem {
                    inherit system;
                    modules = [
                        ./configuration.nix
                        (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
                    ];
                    specialArgs = {
                        inherit pkgs-unstable;
                    };
                };
            };
            homeConfigurations = {
                jane = home-manager.lib.homeManagerConfiguration {
                    inherit pkgs;
                    modules = [ ./home.nix ];
                };
            };
        };
}
