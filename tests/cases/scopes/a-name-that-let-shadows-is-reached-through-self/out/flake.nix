{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, llama-cpp }:
    let
      inherit (nixpkgs.legacyPackages.x86_64-linux) llama-cpp;
    in
    {
      packages.x86_64-linux.default = llama-cpp;
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          ./heron.nix
          (import ./machines/heron-llama-cpp.nix self.inputs.llama-cpp)
        ];
      };
    };
}
