{ pkgs, ... }:
{
  nixpkgs.overlays = [
    (import ../overlays/fonts.nix)
    (import ../overlays/llama.nix)
  ];
  services.openssh.enable = true;
}
