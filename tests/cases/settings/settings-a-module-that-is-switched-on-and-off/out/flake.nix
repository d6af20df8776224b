{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };
  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.box = nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs; };
      modules = [ ./modules/nvidia.nix ./box.nix ];
    };
    nixosConfigurations.lap = nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs; };
      modules = [ ./modules/nvidia.nix ./lap.nix ];
    };
  };
}
