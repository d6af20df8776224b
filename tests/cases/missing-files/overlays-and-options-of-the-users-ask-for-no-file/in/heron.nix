{ ... }:
{
  nixpkgs.overlays = [ (final: prev: { greet = prev.hello; }) ];
  environment.etc.note.text = "llamaCppMachine";
}
