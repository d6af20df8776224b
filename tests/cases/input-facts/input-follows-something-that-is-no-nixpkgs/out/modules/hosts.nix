{ lib, self, ... }:
{
  flake.nixosConfigurations.alpha = lib.nixosSystem {
    modules = [
      self.nixosModules.alpha
      (import ../machines/alpha-llama-cpp.nix self.inputs.llama-cpp)
    ];
  };
  flake.nixosModules.alpha = {
    networking.hostName = "alpha";
  };
}
