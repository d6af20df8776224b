{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    flake-parts.url = "github:hercules-ci/flake-parts";
    treefmt-nix.url = "github:numtide/treefmt-nix";
    snowfall.url = "github:snowfallorg/lib";
  };

  outputs = inputs:
    let
      parts = inputs.flake-parts.lib.mkFlake { inherit inputs; } {
        systems = [ "x86_64-linux" ];
        imports = [ inputs.treefmt-nix.flakeModule ];
      };
      machines = (inputs.snowfall.mkLib { inherit inputs; src = ./.; }).mkFlake { };
    in
    parts // machines;
}
