{
  inputs = {
    utils.url = "github:numtide/flake-utils";
  };

  outputs = { self, ... }@inputs: {
    nixosConfigurations.heron = import ./heron.nix inputs;
  };
}
