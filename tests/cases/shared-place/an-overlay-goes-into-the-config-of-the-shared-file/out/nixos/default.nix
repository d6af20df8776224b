{ lib, inputs, ... }:
{
  options.site.name = lib.mkOption { type = lib.types.str; };
  config = {
    time.timeZone = "Europe/Berlin";

    nixpkgs.overlays = [ (import ./overlays/llama-cpp.nix { inherit (inputs) llama-cpp; }) ];
  };
}
