{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs =
    { nixpkgs, ... }@inputs:
    let
      heron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs; };
        modules = [
          ./box.nix
          ./desk.nix
        ];
      };
    in
    {
      nixosConfigurations = {
        inherit heron;
        anyone = heron;
      };
    };
}
