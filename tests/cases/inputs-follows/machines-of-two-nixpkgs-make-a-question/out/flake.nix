{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
    unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, unstable, llama-cpp }: {
    nixosConfigurations = {
      heron = unstable.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          ./heron.nix
          (import ./machines/heron-llama-cpp.nix llama-cpp)
        ];
      };
      wren = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          ./wren.nix
          (import ./machines/wren-llama-cpp.nix llama-cpp)
        ];
      };
    };
  };
}
