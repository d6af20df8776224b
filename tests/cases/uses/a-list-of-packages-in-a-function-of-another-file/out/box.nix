{ pkgs, inputs, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  environment.systemPackages = (import ./packages.nix { inherit pkgs inputs; }).tools ++ [ pkgs.fd ];
}
