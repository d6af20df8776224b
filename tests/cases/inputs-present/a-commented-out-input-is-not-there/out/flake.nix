{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    # llama-cpp.url = "github:ggml-org/llama.cpp";
    # llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
    comin.url = "github:nlewo/comin";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { nixpkgs, comin, llama-cpp, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        ./configuration.nix
        comin.nixosModules.comin
        (import ./machines/heron-llama-cpp.nix llama-cpp)
      ];
    };
  };
}
