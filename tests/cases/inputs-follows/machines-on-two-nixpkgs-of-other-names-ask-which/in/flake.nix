{
  inputs = {
    stable.url = "github:NixOS/nixpkgs/nixos-25.05";
    unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs = { self, ... }@inputs: {
    nixosConfigurations.heron = inputs.unstable.lib.nixosSystem { modules = [ ./heron.nix ]; };
    nixosConfigurations.wren = inputs.stable.lib.nixosSystem { modules = [ ./wren.nix ]; };
  };
}
