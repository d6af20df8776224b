{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      hosts = {
        heron = { system = "x86_64-linux"; modules = [
          ./heron.nix
          (import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
        ]; };
        wren = { system = "aarch64-linux"; modules = [ ./wren.nix ]; };
      };
    in
    {
      nixosConfigurations = builtins.mapAttrs (name: host:
        nixpkgs.lib.nixosSystem {
          inherit (host) system;
          modules = host.modules ++ [ { networking.hostName = name; } ];
        }) hosts;
    };
}
