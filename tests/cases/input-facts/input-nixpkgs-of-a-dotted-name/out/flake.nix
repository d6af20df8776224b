{
  inputs = {
    "nixos-25.11".url = "github:NixOS/nixpkgs/nixos-25.11";
    llama-cpp.url = "github:ggml-org/llama.cpp";
  };
  outputs = inputs: {
    nixosConfigurations.box = inputs."nixos-25.11".lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./configuration.nix
        (import ./machines/box-llama-cpp.nix inputs.llama-cpp)
      ];
    };
  };
}
