{
  inputs = {
    "nixos-25.11".url = "github:NixOS/nixpkgs/nixos-25.11";
  };
  outputs = inputs: {
    nixosConfigurations.box = inputs."nixos-25.11".lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./configuration.nix ];
    };
  };
}
