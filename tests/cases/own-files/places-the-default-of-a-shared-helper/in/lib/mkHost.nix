{ inputs, nixpkgs }:
{
  extraModules ? [ ],
  host,
}:
nixpkgs.lib.nixosSystem {
  specialArgs = { inherit inputs; };
  modules = [ (../hosts + "/${host}") ] ++ extraModules;
}
