{
  inputs = {
    # --- begin ---

    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    lanzaboote.url = "github:nix-community/lanzaboote";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };

    # --- end ---
  };

  outputs = { nixpkgs, lanzaboote, llama-cpp, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./configuration.nix
        lanzaboote.nixosModules.lanzaboote
        (import ./machines/heron-llama-cpp.nix llama-cpp)
      ];
    };
  };
}
