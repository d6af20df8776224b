{ pkgs, ... }:
let
  inherit (pkgs) llama-vulkan-tuned;
in
{
  environment.systemPackages = [ llama-vulkan-tuned ];
}
