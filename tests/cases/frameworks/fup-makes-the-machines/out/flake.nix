{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    utils.url = "github:gytis-ivaskevicius/flake-utils-plus";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = inputs@{ self, nixpkgs, utils, llama-cpp }:
    (
      result:
      result
      // {
        nixosConfigurations = import ./nixos/llama-cpp/machines.nix inputs.llama-cpp result.nixosConfigurations;
      }
    )
      (utils.lib.mkFlake {
      inherit self inputs;

      hostDefaults.modules = [ ./common.nix ];
      hosts.heron.modules = [ ./heron.nix ];
    });
}
