{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs, ... }@all: {
    nixosConfigurations = {
      heron = nixpkgs.lib.nixosSystem {
        specialArgs = { inputs = { inherit self nixpkgs; }; };
        modules = [ ./heron.nix ];
      };
      egret = nixpkgs.lib.nixosSystem {
        specialArgs.inputs = nixpkgs.lib.filterAttrs (name: _: name != "self") all;
        modules = [ ./egret.nix ];
      };
    };
  };
}
