{ pkgs, ... }:

{
  imports = [ ./machines/carbon-llama-cpp.nix ];

  environment.systemPackages = [ pkgs.git ];
}
