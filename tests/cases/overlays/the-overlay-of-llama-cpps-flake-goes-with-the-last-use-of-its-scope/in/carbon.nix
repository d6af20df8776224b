{ inputs, pkgs, ... }:

{
  nixpkgs.overlays = [ inputs.llama-cpp.overlays.default ];
  environment.systemPackages = [ pkgs.llamaPackages.llama-cpp ];
}
