{ inputs }:
let
  inherit (inputs.nixpkgs.lib) nixosSystem;
in
{
  heron = nixosSystem {
    system = "x86_64-linux";
    specialArgs = { inherit inputs; };
    modules = [
      ./heron
      ../machines/heron-llama-cpp.nix
    ];
  };

  wren = nixosSystem {
    system = "x86_64-linux";
    specialArgs = { inherit inputs; };
    modules = [ ./wren ];
  };
}
