{
  imports = [ ./machines/carbon-llama-cpp.nix ];

  nixpkgs.overlays = [
    (import ./overlays/llama.nix)
    (import ./overlays/mine.nix)
  ];
}
