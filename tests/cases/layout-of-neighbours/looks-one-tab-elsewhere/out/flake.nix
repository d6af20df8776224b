{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

    disko = {
      url = "github:nix-community/disko";
      inputs.nixpkgs.follows = "nixpkgs";
    };

    llama-cpp = {
    	url = "github:ggml-org/llama.cpp";
    	inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { nixpkgs, ... }@inputs:
    let
      pkgs = import nixpkgs {
        system = "x86_64-linux";
	config.allowUnfree = true;
      };
    in
    {
      nixosConfigurations.alpha = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [ ./alpha.nix ];
      };
    };
}
