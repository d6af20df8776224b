{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    tools.url = "github:someone/tools";
    llama-cpp.follows = "tools/llama-cpp";
  };

  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [
      ./heron.nix
      (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
    ]; };
  };
}
