{
  inputs = { nixpkgs.url = "nixpkgs"; /* wifi */ hardware.url = "github:NixOS/nixos-hardware"; /* end */
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };
  outputs = { nixpkgs, hardware, llama-cpp, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        hardware.nixosModules.framework-13-7040-amd
        ./configuration.nix
        (import ./machines/heron-llama-cpp.nix llama-cpp)
      ];
    };
  };
}
