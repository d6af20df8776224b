{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };
  inputs.catppuccin.url = "github:catppuccin/nix";

  outputs = { nixpkgs, catppuccin, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ catppuccin.nixosModules.catppuccin ./configuration.nix ];
    };
  };
}
