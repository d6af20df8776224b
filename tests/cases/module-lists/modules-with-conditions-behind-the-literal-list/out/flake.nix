{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, ... }@inputs:
    let
      inherit (nixpkgs) lib;
      mk =
        name: gpu:
        lib.nixosSystem {
          specialArgs = { inherit inputs; };
          modules = [
            ./hosts/${name}
          ]
          ++ lib.optionals gpu [ ./gpu.nix ];
        };
    in
    {
      nixosConfigurations.heron = (mk "heron" true).extendModules {
        modules = [ ./machines/heron-llama-cpp.nix ];
      };
      nixosConfigurations.wren = mk "wren" false;
    };
}
