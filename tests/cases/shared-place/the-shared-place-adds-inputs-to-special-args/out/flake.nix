{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }@args: {
    nixosConfigurations = {
      carbon = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { user = "alice"; };
        modules = [
          ./carbon.nix
          (import ./machines/carbon-llama-cpp.nix args.llama-cpp)
        ];
      };
      heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { user = "alice"; };
        modules = [
          ./heron.nix
          (import ./machines/heron-llama-cpp.nix args.llama-cpp)
        ];
      };
    };
  };
}
