{
  inputs = {
    nixpkgs.url = github:NixOS/nixpkgs/nixos-unstable;
    home-manager.url = ''github:nix-community/home-manager'';
    llama = { type = "github"; owner = "ggml-org"; repo = "llama.cpp"; ref = "master";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    dotfiles = { url = "github:jane/dotfiles?ref=main"; flake = false; };
  };

  outputs = { self, nixpkgs, home-manager, ... }@inputs: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./heron.nix
        home-manager.nixosModules.home-manager
        (import ./machines/heron-llama-cpp.nix inputs.llama)
      ];
    };
  };
}
