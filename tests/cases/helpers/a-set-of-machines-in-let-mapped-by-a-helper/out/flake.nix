{
  inputs = {
    nixpkgs.url = "nixpkgs/nixos-unstable";
    nixos-hardware.url = "github:NixOS/nixos-hardware/master";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, nixos-hardware, llama-cpp }:
  let
    lib = nixpkgs.lib;
    hosts = {
      heron = [
        nixos-hardware.nixosModules.framework-13-7040-amd
        ./heron
        (import ./machines/heron-llama-cpp.nix llama-cpp)
      ];
      wren  = [ ./wren ];
    };
    mkHost = name: modules: lib.nixosSystem {
      system = "x86_64-linux";
      modules = modules ++ [ { networking.hostName = name; } ];
    };
  in {
    nixosConfigurations = lib.mapAttrs mkHost hosts;
  };
}
