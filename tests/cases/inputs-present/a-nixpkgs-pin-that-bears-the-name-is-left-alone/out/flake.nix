{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
    # a newer nixpkgs, only for its llama-cpp
    llama-cpp.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp-flake = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, llama-cpp, llama-cpp-flake, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./configuration.nix
        {
          environment.systemPackages = [ llama-cpp.legacyPackages.x86_64-linux.whisper-cpp ];
        }
        (import ./machines/heron-llama-cpp.nix llama-cpp-flake)
      ];
    };
  };
}
