{
  pkgs,
  inputs,
  unstable,
  ...
}:
let
  inherit (pkgs.stdenv.hostPlatform) system;
  inherit (inputs.llama-cpp.packages.${system}) rocm;
  mine = inputs.llama-cpp.packages.${system}.default;
  tuned = pkgs.llama-cpp.override { cudaSupport = true; };
  fresh = import inputs.unstable { inherit system; };
in
{
  home.packages = with pkgs; [
    ripgrep
    llama-cpp
    pkgs.llama-cpp
    pkgs."llama-cpp"
    (pkgs.llama-cpp.override { cudaSupport = true; })
    (llama-cpp.overrideAttrs (old: { doCheck = false; }))
    unstable.llama-cpp
    pkgs.unstable.llama-cpp
    fresh.llama-cpp
    inputs.unstable.legacyPackages.${system}.llama-cpp
    inputs.unstable.legacyPackages.x86_64-linux.llama-cpp-vulkan
    inputs.llama-cpp.packages.${pkgs.system}.default
    inputs.llama-cpp.packages.${pkgs.system}.vulkan
    inputs.llama-cpp.packages.${system}.cuda
    (inputs.llama-cpp.packages.${pkgs.system}.default.override { useVulkan = true; })
    (inputs.llama-cpp.packages.x86_64-linux.default.overrideAttrs (old: { doCheck = false; }))
    inputs.llama-cpp.legacyPackages.${pkgs.system}.llamaPackagesCuda.llama-cpp
    unstable.llamaPackages.llama-cpp
    rocm
    mine
    tuned
    fd
  ];
}
