{
  description = "Home Manager, as far as NixOS and llama.cpp see it";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = _inputs: {
    lib.homeManagerConfiguration = import ./home.nix;
    nixosModules.home-manager =
      { lib, ... }:
      let
        option =
          type: default:
          lib.mkOption {
            inherit type default;
          };
        inherit (lib) types;
      in
      {
        options.home-manager = {
          useGlobalPkgs = option types.bool false;
          useUserPackages = option types.bool false;
          extraSpecialArgs = option (types.attrsOf types.raw) { };
          users = option types.anything { };
        };
      };
  };
}
