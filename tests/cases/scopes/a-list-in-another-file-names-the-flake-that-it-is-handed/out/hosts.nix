{ nixpkgs, llama-cpp }: {
  heron = nixpkgs.lib.nixosSystem {
    system = "x86_64-linux";
    modules = [
      ./hosts/heron.nix
      (import ./machines/heron-llama-cpp.nix llama-cpp)
    ];
  };
}
