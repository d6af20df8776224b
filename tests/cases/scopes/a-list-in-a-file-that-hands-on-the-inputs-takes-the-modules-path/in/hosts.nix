lib: arguments: {
  heron = lib.nixosSystem {
    system = "x86_64-linux";
    specialArgs = arguments;
    modules = [ ./hosts/heron.nix ];
  };
}
