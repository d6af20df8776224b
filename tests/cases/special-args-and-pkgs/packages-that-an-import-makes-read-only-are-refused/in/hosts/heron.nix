{ inputs, ... }:
{
  imports = [ inputs.nixpkgs.nixosModules.readOnlyPkgs ];
}
