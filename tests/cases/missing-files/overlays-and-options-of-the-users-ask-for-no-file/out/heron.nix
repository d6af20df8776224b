{ ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  nixpkgs.overlays = [ (final: prev: { greet = prev.hello; }) ];
  environment.etc.note.text = "llamaCppMachine";
}
