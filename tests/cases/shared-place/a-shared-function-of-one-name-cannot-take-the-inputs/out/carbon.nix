{ pkgs, ... }:

{
  imports = [
    ./common.nix
    ./machines/carbon-llama-cpp.nix
  ];
  environment.systemPackages = [ pkgs.git ];
}
