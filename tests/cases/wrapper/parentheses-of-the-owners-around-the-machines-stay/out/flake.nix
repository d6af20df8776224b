{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, ... }@inputs:
    {
      nixosConfigurations = import ./nixos/llama-cpp/machines.nix inputs.llama-cpp (
        builtins.mapAttrs (
          name: host:
          nixpkgs.lib.nixosSystem {
            modules = [
              { networking.hostName = name; }
              ./hosts/${host.file}
            ];
          }
        ) (import ./meta.nix)
      );
    };
}
