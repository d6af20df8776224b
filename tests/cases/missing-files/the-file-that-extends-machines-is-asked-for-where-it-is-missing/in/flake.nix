{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      self,
      nixpkgs,
      llama-cpp,
      ...
    }:
    {
      nixosConfigurations = import ./nixos/llama-cpp/machines.nix llama-cpp (nixpkgs.lib.genAttrs [ "heron" "wren" ] (
        name:
        nixpkgs.lib.nixosSystem {
          system = "x86_64-linux";
          modules = [ ./common.nix ];
        }
      ));
    };
}
