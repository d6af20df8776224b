# The outputs of llama.cpp's flake, given the folder of one revision.
path: inputs:
let
  llamaVersion = "0.0.0";
  systems = [
    "x86_64-linux"
    "aarch64-linux"
  ];
  perSystem =
    f:
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = f name;
      }) systems
    );
  scope = pkgs: pkgs.callPackage (import ./scope.nix path) { inherit llamaVersion; };
  # the flake's own instance: its predicate expects one licence, not a list
  cudaInstance =
    system:
    import inputs.nixpkgs {
      inherit system;
      config.cudaSupport = true;
      config.allowUnfreePredicate = package: !package.meta.license.free;
    };
in
{
  overlays.default = final: prev: {
    llamaPackages = scope final;
    inherit (final.llamaPackages) llama-cpp;
  };
  legacyPackages = perSystem (system: {
    llamaPackages = scope inputs.nixpkgs.legacyPackages.${system};
    llamaPackagesCuda = scope (cudaInstance system);
  });
  packages = perSystem (
    system:
    let
      inherit (inputs.self.legacyPackages.${system}) llamaPackages llamaPackagesCuda;
    in
    {
      default = llamaPackages.llama-cpp;
      vulkan = llamaPackages.llama-cpp.override { useVulkan = true; };
      cuda = llamaPackagesCuda.llama-cpp;
    }
  );
}
