{
  heron.file = "box.nix";
  robin.file = "box.nix";
}
