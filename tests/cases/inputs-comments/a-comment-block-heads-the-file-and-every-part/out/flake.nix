# Birds, all of them.
#
# Built with: nixos-rebuild switch --flake .#heron
{
  # What this is.
  description = "birds";

  # Where it comes from.
  inputs = {
    # The packages.
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    # The secrets.
    agenix.url = "github:ryantm/agenix"; # by age
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    # That was all.
  };

  # What it makes.
  outputs =
    # Everything by name.
    {
      self, # this flake
      nixpkgs, # the packages
      agenix, # the secrets
      llama-cpp,
    # no more
    }:
    # The set.
    {
      # The machines.
      nixosConfigurations = {
        # The desk.
        heron = nixpkgs.lib.nixosSystem {
          # A PC.
          system = "x86_64-linux";
          # Its modules.
          modules = [
            # The first.
            ./heron.nix # here
            # The last.
            agenix.nixosModules.default # there
            # None.
            (import ./machines/heron-llama-cpp.nix llama-cpp)
          ];
          # Done.
        };
      };
    };
}
# The end.
