{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
    # a newer nixpkgs, only for its llama-cpp
    llama-cpp.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs = { self, nixpkgs, llama-cpp, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./configuration.nix
        {
          environment.systemPackages = [ llama-cpp.legacyPackages.x86_64-linux.whisper-cpp ];
        }
      ];
    };
  };
}
