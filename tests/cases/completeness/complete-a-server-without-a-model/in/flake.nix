{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.11";
  outputs = inputs: {
    nixosConfigurations."gpu-box" = inputs.nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs; };
      modules = [ ./configuration.nix ./hardware-configuration.nix ];
    };
  };
}
