{
  nixpkgs.overlays = [
    (import ./overlays/llama.nix)
    (import ./overlays/mine.nix)
  ];
}
