{ ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  hardware.nvidia-jetpack = { enable = true; som = "xavier-agx"; carrierBoard = "devkit"; };
  nixpkgs.overlays = [ (final: _: { inherit (final.nvidia-jetpack) cudaPackages; }) ];
}
