{
	inputs = {
	  nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
	  disko.url = "github:nix-community/disko";
	};

	outputs = { self, nixpkgs, ... }@inputs: {
	  nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
	    system = "x86_64-linux";
	    modules = [
		./heron.nix
        inputs.disko.nixosModules.disko
	    ];
	  };
	};
}
