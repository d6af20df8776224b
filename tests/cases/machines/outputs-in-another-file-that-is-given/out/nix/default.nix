{ self, nixpkgs, ... }@args:
{
  nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
    system = "x86_64-linux";
    specialArgs = { inherit args; };
    modules = [
      ../hosts/heron.nix
      (import ../machines/heron-llama-cpp.nix args.llama-cpp)
    ];
  };
}
