{ inputs = { nixpkgs.url = "nixpkgs"; }; outputs = inputs: { nixosConfigurations.heron = inputs.nixpkgs.lib.nixosSystem { modules = [ ./heron.nix ]; }; }; }
