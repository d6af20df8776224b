{ ... }:
{
  nixpkgs.overlays = [ (final: prev: { greet = prev.hello; }) ];
  environment.etc.note.text = "llamaCppMachine";

  llama.variant = "vulkan";
  hardware.graphics.enable = true;
}
