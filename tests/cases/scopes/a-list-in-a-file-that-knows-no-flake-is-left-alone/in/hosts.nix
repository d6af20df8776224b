lib: {
  heron = lib.nixosSystem {
    system = "x86_64-linux";
    modules = [ ./hosts/heron.nix ];
  };
}
