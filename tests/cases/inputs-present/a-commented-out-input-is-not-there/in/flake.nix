{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    # llama-cpp.url = "github:ggml-org/llama.cpp";
    # llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
    comin.url = "github:nlewo/comin";
  };

  outputs = { nixpkgs, comin, ... }: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./configuration.nix comin.nixosModules.comin ];
    };
  };
}
