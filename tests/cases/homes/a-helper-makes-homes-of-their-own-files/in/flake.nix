{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager.url = "github:nix-community/home-manager";
    home-manager.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, home-manager, ... }@inputs:
    let
      mkHome =
        user:
        home-manager.lib.homeManagerConfiguration {
          pkgs = nixpkgs.legacyPackages.x86_64-linux;
          extraSpecialArgs = { inherit inputs; };
          modules = [
            ./homes/common.nix
            ./homes/${user}.nix
          ];
        };
    in
    {
      homeConfigurations."ada@box" = mkHome "ada";
      homeConfigurations."bob@box" = mkHome "bob";
    };
}
