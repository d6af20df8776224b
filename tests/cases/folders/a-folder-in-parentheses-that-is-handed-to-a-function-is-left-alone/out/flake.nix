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

  outputs = { nixpkgs, ... }@inputs:
    let
      fleet = import ./lib { inherit (nixpkgs) lib; };
    in
    {
      nixosConfigurations = import ./llama-cpp/machines.nix inputs.llama-cpp (fleet.forHosts ( # all of them
        ./nixos) (
        module:
        nixpkgs.lib.nixosSystem {
          specialArgs = { inherit inputs; };
          modules = [ module ];
        }
      ));
    };
}
