{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { self, nixpkgs, llama-cpp, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./heron.nix ];
    };
    nixosConfigurations.installer = self.nixosConfigurations.heron.extendModules {
      modules = [
        ./installer.nix
        (import ./machines/installer-llama-cpp.nix llama-cpp)
      ];
    };
  };
}
