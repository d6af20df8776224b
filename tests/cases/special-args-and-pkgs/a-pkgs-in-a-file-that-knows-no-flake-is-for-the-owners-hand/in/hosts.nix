lib: {
  heron = lib.nixosSystem {
    system = "x86_64-linux";
    specialArgs = { pkgs = import ./pkgs.nix; };
    modules = [ ./hosts/heron.nix ];
  };
}
