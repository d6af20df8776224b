{
	inputs = {
	  nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
	  disko.url = "github:nix-community/disko";
	  llama-cpp = {
	  	url = "github:ggml-org/llama.cpp";
	  	inputs.nixpkgs.follows = "nixpkgs";
	  };
	};

	outputs = { self, nixpkgs, ... }@inputs: {
	  nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
	    system = "x86_64-linux";
	    modules = [
		./heron.nix
        inputs.disko.nixosModules.disko
		(import ./machines/heron-llama-cpp.nix inputs.llama-cpp)
	    ];
	  };
	};
}
