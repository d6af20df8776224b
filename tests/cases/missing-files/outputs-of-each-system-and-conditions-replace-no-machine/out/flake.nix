{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    flake-utils.url = "github:numtide/flake-utils";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, flake-utils, ... }@inputs:
    let
      tools = flake-utils.lib.eachDefaultSystem (system: import ./tools.nix { inherit nixpkgs system; });
    in
    {
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem (
        {
          system = "x86_64-linux";
          modules = [
            ./heron.nix
            (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
          ];
        }
        // nixpkgs.lib.optionalAttrs (import ./is-desk.nix) { specialArgs.desk = true; }
      );
    }
    // tools
    // nixpkgs.lib.filterAttrs (_: value: value != null) { formatter = import ./formatter.nix nixpkgs; };
}
