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
      heron = {
        specialArgs = { inherit inputs; };
        modules = [ ./hosts/heron.nix ];
      };
      egret = {
        specialArgs = { inherit inputs; };
        modules = heron.modules ++ [ ./hosts/egret.nix ];
      };
    in
    {
      nixosConfigurations = {
        heron = (nixpkgs.lib.nixosSystem heron).extendModules {
          modules = [ ./machines/heron-llama-cpp.nix ];
        };
        egret = nixpkgs.lib.nixosSystem egret;
      };
    };
}
