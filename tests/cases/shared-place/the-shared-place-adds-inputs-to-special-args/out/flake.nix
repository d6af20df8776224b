{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }@args: {
    nixosConfigurations = {
      carbon = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = {
          user = "alice";
          inputs = args;
        };
        modules = [ ./carbon.nix ];
      };
      heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = {
          user = "alice";
          inputs = args;
        };
        modules = [ ./heron.nix ];
      };
    };
  };
}
