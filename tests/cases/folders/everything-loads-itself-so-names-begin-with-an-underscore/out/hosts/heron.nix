{ inputs, ... }:
{
  flake.nixosConfigurations.heron = inputs.nixpkgs.lib.nixosSystem {
    specialArgs = { inherit inputs; };
    modules = [
      { networking.hostName = "heron"; }
      ../_llama-cpp/_heron.nix
    ];
  };
}
