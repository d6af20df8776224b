{ lib, self, ... }:
{
  flake.nixosConfigurations.alpha = lib.nixosSystem {
    modules = [
      self.nixosModules.alpha
      (import ../nixos/modules/llama-cpp.nix self.inputs.llama-cpp)
      ../machines/alpha-llama-cpp.nix
    ];
  };
  flake.nixosModules.alpha = {
    networking.hostName = "alpha";
  };
}
