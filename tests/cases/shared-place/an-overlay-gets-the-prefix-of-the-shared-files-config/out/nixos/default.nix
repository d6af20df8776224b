{ inputs, lib, ... }:
{
  options.site.name = lib.mkOption { type = lib.types.str; };
  config.time.timeZone = "Europe/Berlin";

  config.nixpkgs.overlays = [ (import ./overlays/llama-cpp.nix { inherit (inputs) llama-cpp; }) ];
}
