{ inputs, ... }:
{
  flake-file.inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  flake.nixosConfigurations.alpha = inputs.nixpkgs.lib.nixosSystem {
    modules = [
      { networking.hostName = "alpha"; }
      (import ../machines/alpha-llama-cpp.nix inputs.llama-cpp)
    ];
  };
}
