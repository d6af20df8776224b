{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

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
      nixosConfigurations.heron = mk "heron" true;
      nixosConfigurations.wren = mk "wren" false;
    };
}
