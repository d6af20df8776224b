{ pkgs, ... }@args:
let
  inherit (pkgs) llama-cpp-tuned;
in
{
  nixpkgs.overlays = [ (import ../old.nix) ];
  environment.systemPackages =
    with pkgs;
    [
      hello
      llama-cpp-tuned
    ]
    ++ [ args.pkgs.llama-cpp-tuned ];
  networking.hostName = args.config.networking.llama-cpp-tuned or "heron";
}
