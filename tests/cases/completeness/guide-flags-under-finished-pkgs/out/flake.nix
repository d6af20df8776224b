{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, nixpkgs, ... }@inputs:
    let
      pkgs = import nixpkgs { system = "x86_64-linux"; config.allowUnfree = true; };
    in
    {
      nixosConfigurations.box = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; pkgs = pkgs.extend (import ./nixos/overlays/llama-cpp.nix {
          inherit (inputs) llama-cpp;
          variant = "vulkan";
          # Zen 2
          cpuFeatures = [
            "SSE42"
            "AVX"
            "F16C"
            "FMA"
            "BMI2"
            "AVX2"
          ];
        }); };
        modules = [ ./configuration.nix ];
      };
    };
}
