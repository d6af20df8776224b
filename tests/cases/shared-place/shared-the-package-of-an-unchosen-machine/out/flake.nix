{
  description = "fleet";
  inputs = {
    nixpkgs.url = "nixpkgs/nixos-25.11";
    nixos-hardware.url = "github:NixOS/nixos-hardware/master";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };
  outputs = { self, nixpkgs, nixos-hardware, ... } @ inputs:
  let
    commonModules = [ ./common.nix ./users.nix ];
    mkSystem = { hostname, extra ? [ ], system ? "x86_64-linux" }: nixpkgs.lib.nixosSystem {
      inherit system;
      specialArgs = { inherit self inputs hostname; };
      modules = commonModules ++ [ ./hosts/${hostname} ] ++ extra;
    };
  in {
    nixosConfigurations = {
      "web-1" = mkSystem { hostname = "web-1"; };
      "ml.box" = mkSystem { hostname = "ml-box"; extra = [
        nixos-hardware.nixosModules.common-cpu-amd
        ./machines/ml.box-llama-cpp.nix
      ]; };
      arm = mkSystem { hostname = "arm"; system = "aarch64-linux"; };
    };
  };
}
