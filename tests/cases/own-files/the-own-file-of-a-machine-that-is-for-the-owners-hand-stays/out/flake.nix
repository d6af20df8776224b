{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { nixpkgs, ... }@inputs:
    let
      specialArgs = {
        inherit inputs;
        pkgs = nixpkgs.legacyPackages.x86_64-linux;
      };
      system = "x86_64-linux";
    in
    {
      nixosConfigurations = {
        heron = nixpkgs.lib.nixosSystem {
          inherit system specialArgs;
          modules = [ ./hosts/heron.nix ];
        };
        owl = nixpkgs.lib.nixosSystem {
          inherit system specialArgs;
          modules = [ ./hosts/owl.nix ];
        };
        wren = nixpkgs.lib.nixosSystem {
          inherit system;
          modules = [ ./hosts/wren.nix ];
        };
      };
    };
}
