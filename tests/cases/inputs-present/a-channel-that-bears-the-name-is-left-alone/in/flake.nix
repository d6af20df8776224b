{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp.url = "https://nixos.org/channels/nixos-unstable/nixexprs.tar.xz";
  };

  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [ ./heron.nix ]; };
  };
}
