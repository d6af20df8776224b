{ pkgs, inputs, ... }:
{
  environment.systemPackages = (import ./packages.nix { inherit pkgs inputs; }).tools ++ [ pkgs.fd ];
}
