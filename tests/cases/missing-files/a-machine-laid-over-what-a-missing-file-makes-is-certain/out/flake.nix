{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, ... }@inputs:
    import ./rest.nix inputs
    // {
      nixosConfigurations = import ./hosts.nix inputs // {
        heron = nixpkgs.lib.nixosSystem (
          import ./desk.nix
          // {
            system = "x86_64-linux";
            modules = [
              ./heron.nix
              (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
            ];
          }
        );
      };
    };
}
