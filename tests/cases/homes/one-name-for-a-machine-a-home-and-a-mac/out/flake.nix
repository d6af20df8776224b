{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager.url = "github:nix-community/home-manager";
    home-manager.inputs.nixpkgs.follows = "nixpkgs";
    nix-darwin.url = "github:nix-darwin/nix-darwin";
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, home-manager, nix-darwin, ... }@inputs:
    {
      nixosConfigurations.box = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [ ./hosts/box.nix ];
      };
      homeConfigurations.box = home-manager.lib.homeManagerConfiguration {
        pkgs = nixpkgs.legacyPackages.x86_64-linux;
        modules = [
          ./home.nix
          (import ./machines/home-box-llama-cpp.nix inputs.llama-cpp)
        ];
      };
      darwinConfigurations.box = nix-darwin.lib.darwinSystem {
        modules = [
          ./mac.nix
          { nixpkgs.hostPlatform = "aarch64-darwin"; }
          (import ./machines/darwin-box-llama-cpp.nix inputs.llama-cpp)
        ];
      };
    };
}
