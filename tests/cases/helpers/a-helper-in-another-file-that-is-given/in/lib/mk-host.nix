{ inputs, nixpkgs }:
{ name, gpu ? false }:
nixpkgs.lib.nixosSystem {
  system = "x86_64-linux";
  specialArgs = { inherit inputs; };
  modules = [
    ../hosts/${name}
  ] ++ nixpkgs.lib.optional gpu ../modules/gpu.nix;
}
