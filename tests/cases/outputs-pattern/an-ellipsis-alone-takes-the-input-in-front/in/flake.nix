{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { ... }: {
    nixosConfigurations.heron = (import <nixpkgs/nixos/lib/eval-config.nix>) {
      system = "x86_64-linux";
      modules = [ ./heron.nix ];
    };
  };
}
