{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp.url = "github:ggml-org/llama.cpp";
  };
  outputs = { nixpkgs, llama-cpp, ... }@inputs: {
    nixosConfigurations.alpha = nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs; };
      modules = [
        { nixpkgs.overlays = [ (import ./overlays/llama.cpp-full.nix llama-cpp) ]; }
        ./hosts/alpha.nix
      ];
    };
  };
}
