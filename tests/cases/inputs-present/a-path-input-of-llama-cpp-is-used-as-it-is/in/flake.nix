{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp.url = "path:/home/jane/src/llama.cpp";

  outputs = { self, nixpkgs, llama-cpp }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./heron.nix ./gpu.nix ];
    };
  };
}
