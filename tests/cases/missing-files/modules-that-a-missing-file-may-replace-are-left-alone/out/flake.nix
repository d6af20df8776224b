{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.heron = (nixpkgs.lib.nixosSystem (
      {
        system = "x86_64-linux";
        modules = [ ./heron.nix ];
      }
      // import ./extra.nix
    )).extendModules {
      modules = [ (import ./machines/heron-llama-cpp.nix inputs.llama-cpp) ];
    };
  };
}
