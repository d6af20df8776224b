{ pkgs, ... }:
{
  nixpkgs.pkgs = import ../pkgs.nix;
  services.openssh.enable = true;

  llama.variant = "cuda";
  hardware.graphics.enable = true;
}
