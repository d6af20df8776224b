{
  imports = [ ./heron.nix ];
}
