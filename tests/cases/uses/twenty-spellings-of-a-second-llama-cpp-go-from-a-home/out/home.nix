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
    fd
  ];
}
