{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs = { self, nixpkgs }:
    let
      inherit (nixpkgs.legacyPackages.x86_64-linux) llama-cpp;
    in
    {
      packages.x86_64-linux.default = llama-cpp;
      nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./heron.nix ];
      };
    };
}
