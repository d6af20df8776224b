{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { nixpkgs, ... }@inputs:
    let
      pkgs = import nixpkgs {
        system = "x86_64-linux";
        config.allowUnfree = true;
      };
    in
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        inherit pkgs;
        modules = [
          ./hosts/heron.nix
          (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
        ];
      };
    };
}
