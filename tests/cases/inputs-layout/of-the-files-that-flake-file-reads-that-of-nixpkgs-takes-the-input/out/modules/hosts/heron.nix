{ inputs, ... }:
{
  flake.nixosConfigurations.heron = inputs.nixpkgs.lib.nixosSystem {
    specialArgs = { inherit inputs; };
    modules = [
      { system.stateVersion = "25.11"; }
      ../../machines/heron-llama-cpp.nix
    ];
  };
}
