{ self, nixpkgs }: {
  heron = nixpkgs.lib.nixosSystem {
    system = "x86_64-linux";
    modules = [
      ./hosts/heron.nix
      (import ./machines/heron-llama-cpp.nix self.inputs.llama-cpp)
    ];
  };
}
