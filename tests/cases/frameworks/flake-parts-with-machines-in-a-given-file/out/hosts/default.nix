{ inputs, ... }:
{
  flake.nixosConfigurations = {
    heron = inputs.nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      specialArgs = { inherit inputs; };
      modules = [
        ./heron/configuration.nix
        ../machines/heron-llama-cpp.nix
      ];
    };
  };
}
