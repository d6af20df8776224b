{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs }: {
    nixosConfigurations = {
      m00 = nixpkgs.lib.nixosSystem { modules = [ ./m00.nix ]; };
      m01 = nixpkgs.lib.nixosSystem { modules = [ ./m01.nix ]; };
      m02 = nixpkgs.lib.nixosSystem { modules = [ ./m02.nix ]; };
      m03 = nixpkgs.lib.nixosSystem { modules = [ ./m03.nix ]; };
      m04 = nixpkgs.lib.nixosSystem { modules = [ ./m04.nix ]; };
      m05 = nixpkgs.lib.nixosSystem { modules = [ ./m05.nix ]; };
      m06 = nixpkgs.lib.nixosSystem { modules = [ ./m06.nix ]; };
      m07 = nixpkgs.lib.nixosSystem { modules = [ ./m07.nix ]; };
      m08 = nixpkgs.lib.nixosSystem { modules = [ ./m08.nix ]; };
      m09 = nixpkgs.lib.nixosSystem { modules = [ ./m09.nix ]; };
      m10 = nixpkgs.lib.nixosSystem { modules = [ ./m10.nix ]; };
      m11 = nixpkgs.lib.nixosSystem { modules = [ ./m11.nix ]; };
      m12 = nixpkgs.lib.nixosSystem { modules = [ ./m12.nix ]; };
      m13 = nixpkgs.lib.nixosSystem { modules = [ ./m13.nix ]; };
      m14 = nixpkgs.lib.nixosSystem { modules = [ ./m14.nix ]; };
      m15 = nixpkgs.lib.nixosSystem { modules = [ ./m15.nix ]; };
      m16 = nixpkgs.lib.nixosSystem { modules = [ ./m16.nix ]; };
      m17 = nixpkgs.lib.nixosSystem { modules = [ ./m17.nix ]; };
      m18 = nixpkgs.lib.nixosSystem { modules = [ ./m18.nix ]; };
      m19 = nixpkgs.lib.nixosSystem { modules = [ ./m19.nix ]; };
      m20 = nixpkgs.lib.nixosSystem { modules = [ ./m20.nix ]; };
    };
  };
}
