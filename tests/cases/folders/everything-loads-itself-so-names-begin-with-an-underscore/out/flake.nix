{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    flake-parts = {
      url = "github:hercules-ci/flake-parts";
      inputs.nixpkgs-lib.follows = "nixpkgs";
    };
    import-tree.url = "github:vic/import-tree";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    inputs:
    let
      inherit (inputs.nixpkgs.lib) hasPrefix;
      inherit (inputs.nixpkgs.lib.fileset) fileFilter toList;
      isModule = file: file.hasExt "nix" && file.name != "flake.nix" && !hasPrefix "_" file.name;
    in
    inputs.flake-parts.lib.mkFlake { inherit inputs; } { imports = toList (fileFilter isModule ./.); };
}
